/* How the adapter for libcurl ends: closed, released, with its loop; and what it refuses. */
#include "curl_test.h"

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
      CURL_TEST(test_closing_cancels_what_runs),
      CURL_TEST(test_transfers_go_on_without_a_handle),
      CURL_TEST(test_the_loop_may_close_first),
      CURL_TEST(test_a_handle_may_outlive_the_loop),
      CURL_TEST(test_another_thread_may_give_the_last_handle_back),
      CURL_TEST(test_bad_arguments_are_refused),
      CURL_TEST(test_a_closed_loop_is_refused),
      CURL_TEST(test_another_thread_is_refused),
  };
  without_proxy();
  return asy_test_main(argc, argv, "curl_ends", tests);
}
