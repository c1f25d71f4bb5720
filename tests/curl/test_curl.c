/* The adapter for libcurl's multi interface, against a server on the same loop. curl's timers are its own, so time is
   the machine's here; nothing waits for it. */
#include "asy_resolver_test.h"

#include <asy_curl.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>

#define ABOVE "0123456789abcdef"

static struct {
  asy_loop *loop;
  asy_server *server;
  asy_curl *curl;
  asy_event *release, *arrived; /* /held is answered when `release` is set; `arrived` tells that it was asked */
  int asked, gone;              /* requests; connections that ended while /held was not answered */
  char url[64];
} here;

/* ---- the server */

static asy_status send_text(asy_stream *stream, const char *text) {
  return asy_await(asy_stream_write(stream, text, strlen(text)), NULL, NULL);
}

/* Waits for the peer's end or for `release`, whichever is first. */
static asy_status hold(asy_stream *stream) {
  asy_future *end = asy_stream_read(stream, 1), *released = asy_event_wait(here.release);
  asy_future *both[] = {asy_future_ref(end), asy_future_ref(released)};
  asy_completions *first;
  asy_event_set(here.arrived);
  asy_status status = asy_completions_new(here.loop, both, 2, &first);
  if (!status) status = asy_await(asy_completions_next(first), NULL, NULL);
  asy_completions_unref(first);
  if (!status && asy_future_is_done(end)) {
    ++here.gone;
    status = ASY_E_EOF;
  }
  asy_future_cancel(end, NULL);
  asy_future_cancel(released, NULL);
  asy_future_unref(end);
  asy_future_unref(released);
  return status;
}

static asy_status answer(asy_stream *stream, const char *path) {
  char text[256];
  if (!strncmp(path, "/reset", 6)) return ASY_E_EOF;
  if (!strncmp(path, "/big", 4)) {
    asy_status status = send_text(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1600000\r\n\r\n");
    for (int i = 0; i < 100000 && !status; ++i) status = send_text(stream, ABOVE);
    return status;
  }
  if (!strncmp(path, "/moved", 6)) return send_text(stream, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
  if (!strncmp(path, "/missing", 8)) return send_text(stream, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
  if (!strncmp(path, "/held", 5)) {
    asy_status status = hold(stream);
    if (status) return status;
  }
  snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  return send_text(stream, text);
}

static asy_status serve(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value, (void)out_error;
  asy_stream *stream = user_data;
  asy_status status = ASY_OK;
  while (!status) {
    asy_value head = {0};
    status = asy_await(asy_stream_read_until(stream, "\r\n\r\n", 4), &head, NULL);
    if (!status) {
      ++here.asked;
      status = answer(stream, strchr(asy_value_data(&head, NULL), ' ') + 1);
    }
    asy_value_clear(&head);
  }
  return ASY_OK;
}

static void drop_stream(void *user_data) {
  asy_stream_abort(user_data);
  asy_stream_unref(user_data);
}

static void on_client(asy_server *server, asy_transport *transport, void *user_data) {
  (void)user_data;
  asy_stream *stream;
  if (asy_stream_new(transport, &stream)) return;
  asy_task *task = asy_spawn(here.loop, serve, stream, drop_stream, NULL);
  asy_server_add(server, transport, task);
  asy_future_unref(task);
}

static int setup(void **state) {
  if (asy_test_setup_flags(state, 0)) return -1;
  memset(&here, 0, sizeof here);
  resolver_reset();
  here.loop = *state;
  return asy_event_new(here.loop, &here.release) || asy_event_new(here.loop, &here.arrived) ||
         asy_server_new(here.loop, "127.0.0.1", 0, NULL, on_client, NULL, NULL, &here.server) ||
         asy_curl_new(here.loop, &here.curl);
}

static int teardown(void **state) {
  asy_curl_unref(here.curl);
  if (!asy_loop_is_closed(here.loop)) asy_test_finish(here.loop, asy_server_stop(here.server, 0), NULL);
  asy_server_unref(here.server);
  asy_event_unref(here.release);
  asy_event_unref(here.arrived);
  return asy_test_teardown(state);
}

#define CURL_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static const char *url_of(const char *path) {
  snprintf(here.url, sizeof here.url, "http://127.0.0.1:%u%s", asy_server_port(here.server), path);
  return here.url;
}

static asy_future *fetch(const char *path) { return asy_curl_fetch(here.curl, url_of(path)); }

/* A fetch that the server has and does not answer. */
static asy_future *fetch_held(void) {
  asy_event_clear(here.arrived);
  asy_future *future = fetch("/held");
  assert_int_equal(ASY_OK, asy_test_finish(here.loop, asy_event_wait(here.arrived), NULL));
  assert_false(asy_future_is_done(future));
  return future;
}

/* Finishes a fetch; gives its HTTP status or its error, and checks the body's size. */
static int64_t finish(asy_future *future, size_t size) {
  int64_t result = asy_loop_run_until_complete(here.loop, future);
  if (!result) result = asy_future_status(future);
  if (!result) {
    const asy_value *value = asy_future_value(future);
    assert_int_equal(2, asy_value_count(value));
    result = asy_value_int(asy_value_item(value, 0));
    assert_int_equal(ASY_VALUE_BYTES, asy_value_kind(asy_value_item(value, 1)));
    assert_int_equal(size, asy_bytes_size(asy_value_bytes(asy_value_item(value, 1))));
  }
  asy_future_unref(future);
  return result;
}

/* ---- answers */

static void test_a_fetch_gives_status_and_body(void **state) {
  (void)state;
  asy_future *future = fetch("/");
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(here.loop, future));
  const asy_value *body = asy_value_item(asy_future_value(future), 1);
  assert_string_equal("hello", asy_value_data(body, NULL));
  assert_int_equal(200, finish(future, 5));
}

static void test_an_error_status_and_an_empty_body_are_an_answer(void **state) {
  (void)state;
  assert_int_equal(404, finish(fetch("/missing"), 0));
}

static void test_a_large_body_comes_whole(void **state) {
  (void)state;
  asy_future *future = fetch("/big");
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(here.loop, future));
  const char *body = asy_value_data(asy_value_item(asy_future_value(future), 1), NULL);
  for (size_t at = 0; at < 1600000; at += 16) assert_memory_equal(ABOVE, body + at, 16);
  assert_int_equal(200, finish(future, 1600000));
}

static void test_redirections_are_followed(void **state) {
  (void)state;
  assert_int_equal(200, finish(fetch("/moved"), 5));
  assert_int_equal(2, here.asked);
}

static void test_transfers_run_at_once_and_each_has_its_answer(void **state) {
  (void)state;
  asy_future *futures[20];
  for (int i = 0; i < 20; ++i) futures[i] = fetch("/held");
  assert_int_equal(404, finish(fetch("/missing"), 0)); /* while they are held */
  while (here.asked < 21) assert_int_equal(ASY_OK, asy_loop_step(here.loop, ASY_SECOND));
  asy_event_set(here.release);
  for (int i = 0; i < 20; ++i) assert_int_equal(200, finish(futures[i], 5));
}

/* ---- failures */

static void test_a_refused_connection_has_the_systems_number(void **state) {
  (void)state;
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%u/", peer_free_port());
  asy_future *future = asy_curl_fetch(here.curl, url);
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(here.loop, future));
  assert_int_equal(ECONNREFUSED, asy_error_os_code(asy_future_error(future)));
  assert_string_equal("Couldn't connect to server", asy_error_message(asy_future_error(future)));
  assert_int_equal(ASY_E_OS, finish(future, 0));
}

static void test_an_unknown_host_is_not_found(void **state) {
  (void)state;
  assert_int_equal(ASY_E_NOT_FOUND, finish(asy_curl_fetch(here.curl, "http://unknown/"), 0));
}

static void test_a_bad_address_fails_with_curls_words(void **state) {
  (void)state;
  asy_future *future = asy_curl_fetch(here.curl, "http://[/");
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(here.loop, future));
  assert_non_null(strstr(asy_error_message(asy_future_error(future)), "URL"));
  assert_int_equal(ASY_E_FOREIGN, finish(future, 0));
  assert_int_equal(ASY_E_FOREIGN, finish(asy_curl_fetch(here.curl, ""), 0));
  assert_int_equal(ASY_E_FOREIGN, finish(asy_curl_fetch(here.curl, "file:///etc/hostname"), 0));
}

static void test_a_server_that_hangs_up_is_a_failure(void **state) {
  (void)state;
  int64_t result = finish(fetch("/reset"), 0);
  assert_true(result == ASY_E_FOREIGN || result == ASY_E_OS);
}

static void test_an_error_that_nobody_reads_is_reported(void **state) {
  (void)state;
  asy_future_unref(asy_curl_fetch(here.curl, "http://unknown/"));
  while (!asy_reports.count) assert_int_equal(ASY_OK, asy_loop_step(here.loop, ASY_SECOND));
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_NOT_FOUND, asy_reports.last);
}

/* ---- cancelling */

static void test_a_cancelled_fetch_ends_its_transfer(void **state) {
  (void)state;
  asy_future *future = fetch_held();
  assert_int_equal(1, asy_future_cancel(future, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(future, 0));
  while (!here.gone) assert_int_equal(ASY_OK, asy_loop_step(here.loop, ASY_SECOND));
  assert_int_equal(200, finish(fetch("/"), 5)); /* the object is as good as before */
}

static void test_a_fetch_can_be_cancelled_before_it_began(void **state) {
  (void)state;
  asy_future *future = fetch("/");
  assert_int_equal(1, asy_future_cancel(future, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(future, 0));
  assert_int_equal(0, here.asked);
}

static void test_a_cancelled_fetch_does_not_wait_for_its_name(void **state) {
  (void)state;
  asy_future *future = asy_curl_fetch(here.curl, "http://slow/");
  while (sem_trywait(&resolver.entered)) assert_int_equal(ASY_OK, asy_loop_step(here.loop, ASY_MILLISECOND));
  assert_int_equal(1, asy_future_cancel(future, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(future, 0)); /* the gate is shut still */
  sem_post(&resolver.gate);
  while (__atomic_load_n(&resolver.running, __ATOMIC_SEQ_CST)) sched_yield();
}

static asy_status fetch_in_task(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)user_data;
  return asy_await(fetch("/held"), out_value, out_error);
}

static void test_cancelling_a_task_reaches_curl(void **state) {
  (void)state;
  asy_task *task = asy_spawn(here.loop, fetch_in_task, NULL, NULL, NULL);
  assert_int_equal(ASY_OK, asy_test_finish(here.loop, asy_event_wait(here.arrived), NULL));
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(here.loop, task, NULL));
  while (!here.gone) assert_int_equal(ASY_OK, asy_loop_step(here.loop, ASY_SECOND));
}

/* ---- ends */

static void test_closing_cancels_what_runs(void **state) {
  (void)state;
  asy_future *one = fetch_held(), *two = fetch_held();
  assert_int_equal(ASY_OK, asy_curl_close(here.curl));
  assert_int_equal(ASY_OK, asy_curl_close(here.curl));
  assert_int_equal(ASY_E_CANCELLED, finish(one, 0));
  assert_int_equal(ASY_E_CANCELLED, finish(two, 0));
  assert_int_equal(ASY_E_CLOSED, finish(fetch("/"), 0));
  while (here.gone < 2) assert_int_equal(ASY_OK, asy_loop_step(here.loop, ASY_SECOND));
}

static void test_transfers_go_on_without_a_handle(void **state) {
  (void)state;
  asy_future *future = fetch_held();
  asy_curl_unref(here.curl);
  here.curl = NULL;
  asy_event_set(here.release);
  assert_int_equal(200, finish(future, 5));
}

static void test_the_loop_may_close_first(void **state) {
  asy_future *future = fetch_held();
  asy_future *ready = fetch("/");
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  asy_test_reports(); /* the server's streams were not closed */
  assert_int_equal(ASY_E_CLOSED, asy_future_status(future));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(ready));
  asy_future_unref(future);
  asy_future_unref(ready);
  assert_int_equal(ASY_E_CLOSED, asy_test_finish(*state, asy_curl_fetch(here.curl, "http://127.0.0.1/"), NULL));
  assert_int_equal(ASY_OK, asy_curl_close(here.curl));
}

static void test_a_handle_may_outlive_the_loop(void **state) {
  (void)state;
  asy_loop *loop;
  asy_curl *curl;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
  assert_int_equal(ASY_OK, asy_curl_new(loop, &curl));
  asy_future_unref(asy_curl_fetch(curl, url_of("/")));
  asy_loop_close(loop);
  asy_loop_unref(loop);
  asy_future *future = asy_curl_fetch(curl, url_of("/"));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(future));
  asy_future_unref(future);
  asy_curl_unref(curl);
}

static void *unref_elsewhere(void *curl) {
  asy_curl_unref(asy_curl_ref(curl));
  asy_curl_unref(curl);
  return NULL;
}

static void test_another_thread_may_give_the_last_handle_back(void **state) {
  (void)state;
  pthread_t thread;
  asy_future *future = fetch_held();
  assert_int_equal(0, pthread_create(&thread, NULL, unref_elsewhere, here.curl));
  pthread_join(thread, NULL);
  here.curl = NULL;
  asy_future_cancel(future, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(future, 0));
}

/* ---- bad input */

static void test_bad_arguments_are_refused(void **state) {
  asy_curl *curl = here.curl;
  assert_int_equal(ASY_E_INVALID, asy_curl_new(*state, NULL));
  assert_int_equal(ASY_E_INVALID, asy_curl_new(NULL, &curl));
  assert_null(curl);
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_curl_fetch(NULL, "http://127.0.0.1/"), NULL));
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_curl_fetch(here.curl, NULL), NULL));
  assert_int_equal(ASY_E_INVALID, asy_curl_close(NULL));
  assert_null(asy_curl_ref(NULL));
  asy_curl_unref(NULL);
}

static void test_a_closed_loop_is_refused(void **state) {
  (void)state;
  asy_loop *loop;
  asy_curl *curl;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
  asy_loop_close(loop);
  assert_int_equal(ASY_E_CLOSED, asy_curl_new(loop, &curl));
  assert_null(curl);
  asy_loop_unref(loop);
}

static asy_status wrong[2];

static void *use_elsewhere(void *loop) {
  asy_curl *curl;
  wrong[0] = asy_curl_new(loop, &curl);
  asy_future *future = asy_curl_fetch(here.curl, "http://127.0.0.1/");
  wrong[1] = asy_future_status(future);
  asy_future_unref(future);
  return NULL;
}

static void test_another_thread_is_refused(void **state) {
  pthread_t thread;
  assert_int_equal(0, pthread_create(&thread, NULL, use_elsewhere, *state));
  pthread_join(thread, NULL);
  assert_int_equal(ASY_E_WRONG_THREAD, wrong[0]);
  assert_int_equal(ASY_E_WRONG_THREAD, wrong[1]);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CURL_TEST(test_a_fetch_gives_status_and_body),
      CURL_TEST(test_an_error_status_and_an_empty_body_are_an_answer),
      CURL_TEST(test_a_large_body_comes_whole),
      CURL_TEST(test_redirections_are_followed),
      CURL_TEST(test_transfers_run_at_once_and_each_has_its_answer),
      CURL_TEST(test_a_refused_connection_has_the_systems_number),
      CURL_TEST(test_an_unknown_host_is_not_found),
      CURL_TEST(test_a_bad_address_fails_with_curls_words),
      CURL_TEST(test_a_server_that_hangs_up_is_a_failure),
      CURL_TEST(test_an_error_that_nobody_reads_is_reported),
      CURL_TEST(test_a_cancelled_fetch_ends_its_transfer),
      CURL_TEST(test_a_fetch_can_be_cancelled_before_it_began),
      CURL_TEST(test_a_cancelled_fetch_does_not_wait_for_its_name),
      CURL_TEST(test_cancelling_a_task_reaches_curl),
      CURL_TEST(test_closing_cancels_what_runs),
      CURL_TEST(test_transfers_go_on_without_a_handle),
      CURL_TEST(test_the_loop_may_close_first),
      CURL_TEST(test_a_handle_may_outlive_the_loop),
      CURL_TEST(test_another_thread_may_give_the_last_handle_back),
      CURL_TEST(test_bad_arguments_are_refused),
      CURL_TEST(test_a_closed_loop_is_refused),
      CURL_TEST(test_another_thread_is_refused),
  };
  unsetenv("http_proxy"); /* curl would heed it */
  setenv("no_proxy", "*", 1);
  return asy_test_main(argc, argv, "curl", tests);
}
