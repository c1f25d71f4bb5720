/* A resolver that a test controls: names it makes up, and answers that come when it says so. Takes the
   place of the system's in this program. */
#ifndef ASY_RESOLVER_TEST_H
#define ASY_RESOLVER_TEST_H
#define _GNU_SOURCE /* thread names */
#include "asy_io_test.h"

#include <netdb.h>
#include <pthread.h>
#include <semaphore.h>

static struct {
  int running, most, calls; /* look-ups inside the resolver, at most at once, in all */
  int held;                 /* "slow..." waits for `gate` */
  sem_t gate, entered;
  char thread[16];
} resolver;

static UNUSED void resolver_reset(void) {
  memset(&resolver, 0, sizeof resolver);
  sem_init(&resolver.gate, 0, 0);
  sem_init(&resolver.entered, 0, 0);
}

static struct addrinfo *resolver_answer(const char *address, struct addrinfo *next) {
  struct addrinfo *made = calloc(1, sizeof *made + sizeof(struct sockaddr_in));
  struct sockaddr_in *at = (struct sockaddr_in *)(made + 1);
  at->sin_family = AF_INET;
  inet_pton(AF_INET, address, &at->sin_addr);
  made->ai_family = AF_INET;
  made->ai_socktype = SOCK_STREAM;
  made->ai_addr = (struct sockaddr *)at;
  made->ai_addrlen = sizeof *at;
  made->ai_next = next;
  return made;
}

/* "two": 127.0.0.2 and 127.0.0.1. "twice": 127.0.0.1 twice. "slow...": one, when the gate opens. */
__attribute__((visibility("default"))) int getaddrinfo(const char *host, const char *service,
                                                       const struct addrinfo *hints, struct addrinfo **out) {
  (void)service, (void)hints;
  int running = __atomic_add_fetch(&resolver.running, 1, __ATOMIC_SEQ_CST);
  if (running > __atomic_load_n(&resolver.most, __ATOMIC_SEQ_CST))
    __atomic_store_n(&resolver.most, running, __ATOMIC_SEQ_CST);
  if (__atomic_add_fetch(&resolver.calls, 1, __ATOMIC_SEQ_CST) == 1)
    pthread_getname_np(pthread_self(), resolver.thread, sizeof resolver.thread);
  if (strncmp(host, "slow", 4) == 0) {
    sem_post(&resolver.entered);
    sem_wait(&resolver.gate);
  }
  int code = 0;
  if (strcmp(host, "two") == 0) *out = resolver_answer("127.0.0.2", resolver_answer("127.0.0.1", NULL));
  else if (strcmp(host, "twice") == 0) *out = resolver_answer("127.0.0.1", resolver_answer("127.0.0.1", NULL));
  else if (strcmp(host, "again") == 0) code = EAI_AGAIN;
  else if (strcmp(host, "unknown") == 0) code = EAI_NONAME;
  else *out = resolver_answer("127.0.0.1", NULL);
  __atomic_sub_fetch(&resolver.running, 1, __ATOMIC_SEQ_CST);
  return code;
}

__attribute__((visibility("default"))) void freeaddrinfo(struct addrinfo *list) {
  while (list) {
    struct addrinfo *next = list->ai_next;
    free(list);
    list = next;
  }
}
#endif
