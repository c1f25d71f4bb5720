/* A fetch while the library's memory runs out: it fails and says so, and neither hangs nor leaks. */
#include "../faults/faults.h"

#include <arpa/inet.h>
#include <asy_curl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static int listener;
static char url[64];

/* Answers one request per connection; has no part in the loop or its memory. */
static void *serve(void *unused) {
  static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
  char request[4096];
  for (int fd; (fd = accept(listener, NULL, NULL)) >= 0; close(fd))
    if (recv(fd, request, sizeof request, 0) > 0) send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
  return unused;
}

/* curl has a clock of its own: a loop with the machine's, not the scenario's. */
static asy_status fetch_on(asy_loop *loop) {
  asy_curl *curl;
  TRY(asy_curl_new(loop, &curl));
  asy_status status = complete(loop, asy_curl_fetch(curl, url));
  if (!status) status = complete(loop, asy_curl_fetch(curl, url));
  asy_curl_unref(curl);
  return status;
}

static asy_status fetch(asy_loop *unused) {
  (void)unused;
  asy_loop *loop;
  TRY(asy_loop_new(NULL, &loop));
  asy_loop_set_report_hook(loop, fault_report, NULL, NULL);
  asy_status status = fetch_on(loop);
  asy_loop_close(loop);
  asy_loop_unref(loop);
  return status;
}

static void test_a_fetch_survives_any_allocation_that_fails(void **state) {
  (void)state;
  SURVIVE(fetch);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_fetch_survives_any_allocation_that_fails),
  };
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  pthread_t thread;
  unsetenv("http_proxy");
  listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&at, size) || listen(listener, 64) ||
      getsockname(listener, (struct sockaddr *)&at, &size) || pthread_create(&thread, NULL, serve, NULL))
    return 1;
  snprintf(url, sizeof url, "http://127.0.0.1:%u/", ntohs(at.sin_port));
  int failed = asy_test_main(argc, argv, "curl_faults", tests);
  shutdown(listener, SHUT_RDWR);
  pthread_join(thread, NULL);
  close(listener);
  return failed;
}
