/* A load generator for echo servers on epoll alone: one message under way per connection.
   Usage: echo_load PORT CONNECTIONS SIZE SECONDS|-REQUESTS PID
   Prints: requests a second, CPU of process PID per request in ns, median and 99th percentile of the round trip in us.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct connection {
  int fd;
  size_t sent, got;
  double start;
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* What the scheduler gave to all threads of a process, in ns. */
static double cpu_of(int pid) {
  char path[400];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *threads = opendir(path);
  double sum = 0;
  for (struct dirent *at; threads && (at = readdir(threads));) {
    unsigned long long ran = 0;
    if (at->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "/proc/%d/task/%.200s/schedstat", pid, at->d_name);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%llu", &ran) == 1) sum += (double)ran;
    if (file) fclose(file);
  }
  if (threads) closedir(threads);
  return sum;
}

static int connect_to(int port) {
  struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to)) {
    perror("connect");
    exit(1);
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static char *message, incoming[1 << 18];
static size_t size;

static void push(struct connection *c) {
  ssize_t n = c->sent < size ? write(c->fd, message + c->sent, size - c->sent) : 0;
  if (n > 0) c->sent += (size_t)n;
}

/* 1 when the whole message came back. */
static int pull(struct connection *c) {
  while (c->got < size) {
    size_t room = size - c->got;
    ssize_t n = read(c->fd, incoming, room < sizeof incoming ? room : sizeof incoming);
    if (n == 0) exit(3);
    if (n < 0) return 0;
    c->got += (size_t)n;
    push(c);
  }
  return 1;
}

static void begin(struct connection *c, double at) {
  c->sent = c->got = 0;
  c->start = at;
  push(c);
}

/* Stopped, not only told to stop. */
static void stop(int pid) {
  char path[64], state = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  kill(pid, SIGSTOP);
  while (state != 'T') {
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1) exit(3);
    fclose(file);
  }
}

static void in_step(struct connection *all, int count, int pid, long requests) {
  for (; requests > 0; requests -= count) {
    stop(pid);
    for (int i = 0; i < count; ++i) begin(&all[i], 0);
    kill(pid, SIGCONT);
    for (int i = 0; i < count; ++i)
      while (!pull(&all[i])) {
        struct pollfd wait = {all[i].fd, POLLIN, 0};
        if (poll(&wait, 1, 20000) <= 0) {
          fprintf(stderr, "the server does not answer\n");
          exit(3);
        }
      }
  }
}

/* The first third warms up. */
static int at_speed(struct connection *all, int count, int pid, double seconds) {
  enum { most_samples = 1 << 20 };
  double *samples = malloc(most_samples * sizeof *samples), cpu = 0, since = 0, start = now(), last = start;
  long done = 0, warm = 0, sampled = 0;
  int poller = epoll_create1(0), measuring = 0;
  for (int i = 0; i < count; ++i) {
    struct epoll_event event = {EPOLLIN | EPOLLOUT | EPOLLET, {.ptr = &all[i]}};
    epoll_ctl(poller, EPOLL_CTL_ADD, all[i].fd, &event);
    begin(&all[i], start);
  }
  while (last - start < seconds) {
    static struct epoll_event events[1024];
    int ready = epoll_wait(poller, events, 1024, 5000);
    last = now();
    if (ready <= 0) {
      fprintf(stderr, "the server does not answer\n");
      return 3;
    }
    if (!measuring && last - start > seconds / 3) {
      measuring = 1;
      since = last;
      warm = done;
      cpu = cpu_of(pid);
      sampled = 0;
    }
    for (int i = 0; i < ready; ++i) {
      struct connection *c = events[i].data.ptr;
      push(c);
      if (!pull(c)) continue;
      if (sampled < most_samples) samples[sampled++] = last - c->start;
      ++done;
      begin(c, last);
    }
  }
  double spent = cpu_of(pid) - cpu, requests = (double)(done - warm);
  qsort(samples, (size_t)sampled, sizeof *samples, compare);
  printf("%.0f %.1f %.1f %.1f\n", requests / (last - since), spent / requests, sampled ? samples[sampled / 2] * 1e6 : 0,
         sampled ? samples[sampled * 99 / 100] * 1e6 : 0);
  free(samples);
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  int count = atoi(argv[2]), pid = atoi(argv[5]);
  double amount = atof(argv[4]);
  struct connection *all = calloc((size_t)count, sizeof *all);
  size = (size_t)atol(argv[3]);
  message = malloc(size);
  memset(message, 'x', size);
  for (int i = 0; i < count; ++i) all[i].fd = connect_to(atoi(argv[1]));
  if (amount > 0) return at_speed(all, count, pid, amount);
  in_step(all, count, pid, (long)-amount);
  return 0;
}
