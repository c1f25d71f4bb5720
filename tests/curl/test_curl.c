/* Fetches through the adapter for libcurl: answers, failures, cancelling. */
#include "curl_test.h"

#include <sched.h>

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
  };
  without_proxy();
  return asy_test_main(argc, argv, "curl", tests);
}
