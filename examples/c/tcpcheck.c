/* tcpcheck: says which TCP endpoints accept connections; many at once, each with a deadline.
 *
 * A task per target, at most --limit of them at a time, all owned by one group. The code of a task reads from top to
 * bottom: asy_await() lets the others run until its operation is done. */
#include <ctype.h>
#include <errno.h>
#include <libasync.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum outcome { OPEN, REFUSED, TIMEOUT, UNKNOWN, ERROR, OUTCOMES };
static const char *const words[OUTCOMES] = {"open", "refused", "timeout", "unknown", "error"};

struct target {
  const char *name; /* as given: HOST:PORT */
  char *host;
  uint32_t port;
};

static struct {
  asy_loop *loop;
  asy_semaphore *slots;
  struct target *targets;
  size_t count;
  uint64_t limit, deadline;
  size_t outcomes[OUTCOMES];
  int interrupted;
} check = {.limit = 64, .deadline = 5 * ASY_SECOND};

static long long milliseconds_since(uint64_t start) {
  return (long long)((asy_loop_time(check.loop) - start) / ASY_MILLISECOND);
}

static enum outcome outcome_of(asy_status status, int64_t os_code) {
  if (status == ASY_OK) return OPEN;
  if (os_code == ECONNREFUSED) return REFUSED;
  if (status == ASY_E_TIMEOUT || os_code == ETIMEDOUT) return TIMEOUT;
  return status == ASY_E_NOT_FOUND ? UNKNOWN : ERROR;
}

/* One line, at once. Of an error's message ("connect [::1]:80: network is unreachable") the last part. */
static void report(const struct target *target, asy_status status, const asy_error *error, uint64_t start) {
  enum outcome outcome = outcome_of(status, asy_error_os_code(error));
  ++check.outcomes[outcome];
  printf("%-8s %s  %lld ms", words[outcome], target->name, milliseconds_since(start));
  if (outcome == ERROR) {
    const char *text = asy_error_message(error);
    for (const char *rest; (rest = strstr(text, ": "));) text = rest + 2;
    printf("  ");
    for (; *text; ++text) putchar(tolower((unsigned char)*text));
  }
  putchar('\n');
  fflush(stdout);
}

/* ---- the tasks */

/* Connects within the deadline. The scope cancels what waits inside it when the time has come, and its exit makes a
 * timeout of that; any other outcome passes. */
static asy_status connect_in_time(const struct target *target, asy_value *out_stream, asy_error **out_error) {
  asy_timeout *scope;
  asy_error *error = NULL;
  asy_status status = asy_timeout_enter(check.loop, NULL, check.deadline, &scope);
  if (status) return status;
  asy_await(asy_stream_connect(check.loop, target->host, target->port), out_stream, &error);
  return asy_timeout_exit(scope, error, out_error);
}

static asy_status probe(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value;
  const struct target *target = user_data;
  uint64_t start = asy_loop_time(check.loop);
  asy_value stream = {0};
  asy_error *error = NULL;
  asy_status status = connect_in_time(target, &stream, &error);
  if (status == ASY_E_CANCELLED) { /* Ctrl-C: there is nothing to tell */
    *out_error = error;
  } else {
    report(target, status, error, start);
    asy_error_unref(error);
    if (!status) asy_await(asy_stream_close(asy_value_object(&stream, asy_stream_type())), NULL, NULL);
    status = ASY_OK;
  }
  asy_value_clear(&stream);
  asy_semaphore_release(check.slots);
  return status;
}

static asy_status wait_for_interrupt(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value;
  asy_status status = asy_await(asy_signal_wait(check.loop, SIGINT), NULL, out_error);
  if (status) return status;
  check.interrupted = 1;
  return asy_group_cancel(user_data, "interrupted");
}

/* A probe starts when a slot is free: what waits for its turn costs nothing. */
static asy_status start_probes(asy_group *group, asy_error **out_error) {
  asy_status status = ASY_OK;
  for (size_t i = 0; i < check.count && !status; ++i) {
    status = asy_await(asy_semaphore_acquire(check.slots), NULL, out_error);
    if (status) break;
    asy_task *task = asy_spawn(check.loop, probe, &check.targets[i], NULL, NULL);
    status = asy_group_add(group, task);
    asy_future_unref(task);
  }
  if (status && !*out_error) *out_error = asy_error_new(status, NULL, NULL);
  return status;
}

static asy_status check_all(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value, (void)user_data;
  asy_group *group;
  asy_error *error = NULL;
  uint64_t start = asy_loop_time(check.loop);
  asy_status status = asy_group_new(check.loop, NULL, &group);
  if (status) return status;
  asy_task *interrupt = asy_spawn(check.loop, wait_for_interrupt, group, NULL, NULL);
  start_probes(group, &error);
  status = asy_await(asy_group_exit(group, error), NULL, out_error); /* waits for every probe, also after Ctrl-C */
  asy_task_cancel(interrupt, NULL);
  asy_await(interrupt, NULL, NULL);
  asy_group_unref(group);

  size_t done = 0;
  for (int i = 0; i < OUTCOMES; ++i) done += check.outcomes[i];
  if (check.interrupted) printf("cancelled: ");
  for (int i = 0; i < OUTCOMES; ++i) printf("%zu %s%s", check.outcomes[i], words[i], i < ERROR ? ", " : "; ");
  printf("%zu of %zu probed in %lld ms\n", done, check.count, milliseconds_since(start));
  return status;
}

/* ---- the command line */

static int parse_target(struct target *target, const char *text) {
  const char *colon = strrchr(text, ':');
  char *end;
  if (!colon || colon == text || !isdigit((unsigned char)colon[1])) return 0;
  unsigned long port = strtoul(colon + 1, &end, 10);
  size_t size = (size_t)(colon - text);
  int bracketed = text[0] == '[' && colon[-1] == ']';
  if (bracketed) ++text, size -= 2;
  if (*end || !port || port > 65535 || !size || (!bracketed && memchr(text, ':', size))) return 0;
  *target = (struct target){.name = bracketed ? text - 1 : text, .host = strndup(text, size), .port = (uint32_t)port};
  return target->host != NULL;
}

static int usage(void) {
  fprintf(stderr, "usage: tcpcheck [--limit N] [--deadline SECONDS] HOST:PORT...\n");
  return 2;
}

/* 0, or the exit status after a message. */
static int parse(int argc, char **argv) {
  check.targets = calloc((size_t)argc, sizeof *check.targets);
  if (!check.targets) return 1;
  for (int i = 1; i < argc; ++i) {
    char *end = "x";
    if (!strcmp(argv[i], "--limit") && i + 1 < argc) {
      double limit = strtod(argv[++i], &end);
      check.limit = *end || !(limit >= 1 && limit < 1e9) ? 0 : (uint64_t)limit;
      if (!check.limit) return fprintf(stderr, "tcpcheck: --limit wants a number above 0\n"), 2;
    } else if (!strcmp(argv[i], "--deadline") && i + 1 < argc) {
      double seconds = strtod(argv[++i], &end);
      if (*end || !(seconds > 0) || asy_duration_from_seconds(seconds, &check.deadline))
        return fprintf(stderr, "tcpcheck: --deadline wants a number above 0\n"), 2;
    } else if (argv[i][0] == '-') {
      return usage();
    } else if (!parse_target(&check.targets[check.count], argv[i])) {
      return fprintf(stderr, "tcpcheck: bad target \"%s\": want HOST:PORT\n", argv[i]), 2;
    } else {
      ++check.count;
    }
  }
  return check.count ? 0 : usage();
}

int main(int argc, char **argv) {
  int result = parse(argc, argv);
  if (!result) {
    asy_status status = asy_loop_new(NULL, &check.loop);
    if (!status) status = asy_semaphore_new(check.loop, check.limit, &check.slots);
    asy_task *task = asy_spawn(check.loop, check_all, NULL, NULL, NULL);
    if (!status) status = asy_loop_run_until_complete(check.loop, task);
    if (!status) status = asy_future_status(task);
    if (status) fprintf(stderr, "tcpcheck: %s\n", asy_status_text(status));
    asy_future_unref(task);
    asy_semaphore_unref(check.slots);
    asy_loop_close(check.loop);
    asy_loop_unref(check.loop);
    result = status ? 1 : check.interrupted ? 130 : check.outcomes[OPEN] == check.count ? 0 : 1;
  }
  for (size_t i = 0; i < check.count; ++i) free(check.targets[i].host);
  free(check.targets);
  return result;
}
