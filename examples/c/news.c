/* news: fetches many URLs at once through libcurl, whose callbacks asy_curl.h turned into futures.
 *
 * A task per URL, at most --limit of them at a time, all owned by one group. */
#include <asy_curl.h>
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
  asy_loop *loop;
  asy_curl *curl;
  asy_semaphore *slots;
  char **urls;
  size_t count;
  uint64_t limit, timeout;
  size_t fetched, failed, late, good;
  int interrupted;
} news = {.limit = 8, .timeout = 10 * ASY_SECOND};

static long long milliseconds_since(uint64_t start) {
  return (long long)((asy_loop_time(news.loop) - start) / ASY_MILLISECOND);
}

/* One line, at once. */
static void report_answer(const char *url, const asy_value *answer, uint64_t start) {
  long long status = asy_value_int(asy_value_item(answer, 0));
  size_t size;
  asy_value_data(asy_value_item(answer, 1), &size);
  ++news.fetched;
  if (status < 400) ++news.good;
  printf("%-4lld %s  %zu bytes  %lld ms\n", status, url, size, milliseconds_since(start));
  fflush(stdout);
}

static void report_error(const char *url, const asy_error *error, uint64_t start) {
  if (asy_error_code(error) == ASY_E_TIMEOUT) {
    ++news.late;
    printf("late %s  ", url);
  } else {
    ++news.failed;
    printf("fail %s  ", url);
    for (const char *text = asy_error_message(error); *text; ++text) putchar(tolower((unsigned char)*text));
    printf("  ");
  }
  printf("%lld ms\n", milliseconds_since(start));
  fflush(stdout);
}

/* ---- the tasks */

static asy_status fetch(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value;
  const char *url = user_data;
  uint64_t start = asy_loop_time(news.loop);
  asy_value answer = {0};
  asy_error *error = NULL;
  /* At the deadline the fetch is cancelled, and with it curl's transfer. */
  asy_future *in_time = asy_wait_for(news.loop, asy_curl_fetch(news.curl, url), news.timeout);
  asy_status status = asy_await(in_time, &answer, &error);
  if (status == ASY_E_CANCELLED) { /* Ctrl-C: there is nothing to tell */
    *out_error = error;
  } else {
    status ? report_error(url, error, start) : report_answer(url, &answer, start);
    status = ASY_OK;
    asy_error_unref(error);
  }
  asy_value_clear(&answer);
  asy_semaphore_release(news.slots);
  return status;
}

static asy_status wait_for_interrupt(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value;
  asy_status status = asy_await(asy_signal_wait(news.loop, SIGINT), NULL, out_error);
  if (status) return status;
  news.interrupted = 1;
  return asy_group_cancel(user_data, "interrupted");
}

/* A fetch starts when a slot is free: what waits for its turn costs nothing. */
static void start_fetches(asy_group *group, asy_error **out_error) {
  asy_status status = ASY_OK;
  for (size_t i = 0; i < news.count && !status; ++i) {
    status = asy_await(asy_semaphore_acquire(news.slots), NULL, out_error);
    if (status) return;
    asy_task *task = asy_spawn(news.loop, fetch, news.urls[i], NULL, NULL);
    status = asy_group_add(group, task);
    asy_future_unref(task);
  }
  if (status) *out_error = asy_error_new(status, NULL, NULL);
}

static asy_status fetch_all(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value, (void)user_data;
  asy_group *group;
  asy_error *error = NULL;
  uint64_t start = asy_loop_time(news.loop);
  asy_status status = asy_group_new(news.loop, NULL, &group);
  if (status) return status;
  asy_task *interrupt = asy_spawn(news.loop, wait_for_interrupt, group, NULL, NULL);
  start_fetches(group, &error);
  status = asy_await(asy_group_exit(group, error), NULL, out_error); /* waits for every fetch, also after Ctrl-C */
  asy_task_cancel(interrupt, NULL);
  asy_await(interrupt, NULL, NULL);
  asy_group_unref(group);

  size_t done = news.fetched + news.failed + news.late;
  printf("%s%zu fetched, %zu failed, %zu late; %zu of %zu in %lld ms\n", news.interrupted ? "cancelled: " : "",
         news.fetched, news.failed, news.late, done, news.count, milliseconds_since(start));
  return status;
}

/* ---- the command line */

/* 0, or the exit status after a message. */
static int parse(int argc, char **argv) {
  int i = 1;
  for (; i < argc && argv[i][0] == '-'; i += 2) {
    int is_limit = !strcmp(argv[i], "--limit");
    char *end = "";
    double number = i + 1 < argc ? strtod(argv[i + 1], &end) : 0;
    if (!is_limit && strcmp(argv[i], "--timeout")) break;
    if (*end || !(number > 0) || (is_limit && !(number >= 1 && number < 1e9)))
      return fprintf(stderr, "news: %s wants a number above 0\n", argv[i]), 2;
    if (is_limit) news.limit = (uint64_t)number;
    else asy_duration_from_seconds(number, &news.timeout);
  }
  news.urls = argv + i;
  news.count = i < argc && argv[i][0] != '-' ? (size_t)(argc - i) : 0;
  return news.count ? 0 : (fprintf(stderr, "usage: news [--limit N] [--timeout SECONDS] URL...\n"), 2);
}

int main(int argc, char **argv) {
  int refused = parse(argc, argv);
  if (refused) return refused;
  asy_status status = asy_loop_new(NULL, &news.loop);
  if (!status) status = asy_curl_new(news.loop, &news.curl);
  if (!status) status = asy_semaphore_new(news.loop, news.limit, &news.slots);
  asy_task *task = asy_spawn(news.loop, fetch_all, NULL, NULL, NULL);
  if (!status) status = asy_loop_run_until_complete(news.loop, task);
  if (!status) status = asy_future_status(task);
  if (status) fprintf(stderr, "news: %s\n", asy_status_text(status));
  asy_future_unref(task);
  asy_semaphore_unref(news.slots);
  asy_curl_unref(news.curl);
  asy_loop_close(news.loop);
  asy_loop_unref(news.loop);
  return status ? 1 : news.interrupted ? 130 : news.good == news.count ? 0 : 1;
}
