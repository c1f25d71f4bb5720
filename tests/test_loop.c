/* Loops: running, stopping, closing, owning. */
#include "asy_test.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static char trail[64];
static void mark(void *letter) { strncat(trail, letter, 1); }
static void clear_trail(void) { trail[0] = 0; }

static void stop(void *loop) { asy_loop_stop(loop); }

static void later(asy_loop *loop, asy_call_cb on_call, void *data) {
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, on_call, data, NULL, NULL));
}

/* LOOP-02 */
static void test_ready_calls_run_in_order_and_each_once(void **state) {
  clear_trail();
  later(*state, mark, "a");
  later(*state, mark, "b");
  later(*state, mark, "c");
  later(*state, stop, *state);
  assert_int_equal(ASY_OK, asy_loop_run(*state));
  assert_string_equal("abc", trail);
}

struct requeue {
  asy_loop *loop;
  int count;
};
static void requeue(void *data) {
  struct requeue *r = data;
  if (++r->count < 100000) asy_loop_call_soon(r->loop, requeue, r, NULL, NULL);
}
static void set_flag(asy_watch *watch, uint32_t events, void *flag) {
  (void)watch, (void)events;
  *(int *)flag = 1;
}

/* LOOP-02 LOOP-25 */
static void test_a_call_that_requeues_itself_does_not_starve_io(void **state) {
  int fds[2], seen = 0;
  struct requeue r = {*state, 0};
  asy_watch *watch;
  assert_int_equal(0, pipe(fds));
  assert_int_equal(ASY_OK, asy_watch_new(*state, fds[0], ASY_WATCH_READABLE, set_flag, &seen, NULL, &watch));
  assert_int_equal(1, write(fds[1], "x", 1));
  later(*state, requeue, &r);
  while (!seen && r.count < 100000) assert_int_equal(ASY_OK, asy_loop_step(*state, 0));
  assert_int_equal(1, seen);
  assert_true(r.count < 10000);
  asy_watch_close(watch);
  asy_watch_unref(watch);
  while (r.count < 100000) asy_test_turn(*state);
  close(fds[0]);
  close(fds[1]);
}

/* LOOP-07 */
static void test_a_loop_stopped_before_it_runs_takes_one_turn(void **state) {
  clear_trail();
  later(*state, mark, "a");
  assert_int_equal(ASY_OK, asy_loop_stop(*state));
  assert_int_equal(ASY_OK, asy_loop_run(*state));
  assert_string_equal("a", trail);
}

static void stop_and_queue(void *loop) {
  asy_loop_stop(loop);
  asy_loop_call_soon(loop, mark, "z", NULL, NULL);
}

/* LOOP-07 */
static void test_stop_lets_the_batch_finish_and_no_more(void **state) {
  clear_trail();
  later(*state, stop_and_queue, *state);
  later(*state, mark, "a");
  assert_int_equal(ASY_OK, asy_loop_run(*state));
  assert_string_equal("a", trail);
  later(*state, stop, *state);
  assert_int_equal(ASY_OK, asy_loop_run(*state));
  assert_string_equal("az", trail);
}

/* LOOP-06: and one that was stopped early stops no later run */
static void test_run_until_complete_says_when_it_was_stopped_early(void **state) {
  asy_future *future = asy_future_new(*state), *later_one = asy_sleep(*state, ASY_MILLISECOND);
  later(*state, stop, *state);
  assert_int_equal(ASY_E_STATE, asy_loop_run_until_complete(*state, future));
  assert_int_equal(ASY_OK, asy_future_set_result(future, NULL));
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, later_one));
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, future));
  asy_future_unref(later_one);
  asy_future_unref(future);
}

static asy_status nested_status, other_status;
static void run_nested(void *loop) {
  asy_loop *other;
  nested_status = asy_loop_run(loop);
  asy_loop_new(NULL, &other);
  other_status = asy_loop_step(other, 0);
  asy_loop_close(other);
  asy_loop_unref(other);
}

/* LOOP-05 LOOP-14 */
static void test_no_loop_runs_inside_a_running_one(void **state) {
  later(*state, run_nested, *state);
  asy_test_turn(*state);
  assert_int_equal(ASY_E_STATE, nested_status);
  assert_int_equal(ASY_E_STATE, other_status);
}

static asy_loop *seen_current;
static int seen_running;
static void see_current(void *loop) {
  seen_current = asy_loop_current();
  seen_running = asy_loop_is_running(loop);
}

/* LOOP-11 LOOP-12 LOOP-27: without a running loop there is none, and none is made */
static void test_the_running_loop_is_known_only_while_it_runs(void **state) {
  assert_null(asy_loop_current());
  later(*state, see_current, *state);
  asy_test_turn(*state);
  assert_ptr_equal(*state, seen_current);
  assert_int_equal(1, seen_running);
  assert_null(asy_loop_current());
  assert_int_equal(0, asy_loop_is_running(*state));
}

static asy_status close_status;
static void close_inside(void *loop) { close_status = asy_loop_close(loop); }

/* LOOP-08 */
static void test_a_running_loop_cannot_be_closed(void **state) {
  later(*state, close_inside, *state);
  asy_test_turn(*state);
  assert_int_equal(ASY_E_STATE, close_status);
}

static int freed;
static void count_free(void *data) { (void)data, ++freed; }

/* LOOP-08 */
static void test_close_drops_calls_without_running_them(void **state) {
  clear_trail();
  freed = 0;
  asy_loop_call_soon(*state, mark, "a", count_free, NULL);
  asy_loop_call_later(*state, ASY_SECOND, mark, "b", count_free, NULL);
  asy_loop_call_later(*state, ASY_FOREVER, mark, "c", count_free, NULL);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_string_equal("", trail);
  assert_int_equal(3, freed);
  assert_int_equal(1, asy_loop_is_closed(*state));
}

/* LOOP-09 */
static void test_every_call_on_a_closed_loop_says_so(void **state) {
  asy_loop *loop = *state;
  asy_handle *handle = NULL;
  freed = 0;
  asy_loop_close(loop);
  assert_int_equal(ASY_E_CLOSED, asy_loop_call_soon(loop, mark, "", count_free, &handle));
  assert_null(handle);
  assert_int_equal(ASY_E_CLOSED, asy_loop_call_later(loop, 1, mark, "", count_free, NULL));
  assert_int_equal(ASY_E_CLOSED, asy_loop_call_at(loop, 1, mark, "", count_free, NULL));
  assert_int_equal(ASY_E_CLOSED, asy_loop_call_soon_threadsafe(loop, mark, "", count_free, NULL));
  assert_int_equal(4, freed);
  assert_int_equal(ASY_E_CLOSED, asy_loop_run(loop));
  assert_int_equal(ASY_E_CLOSED, asy_loop_step(loop, 0));
  assert_int_equal(ASY_E_CLOSED, asy_loop_stop(loop));
  asy_future *future = asy_sleep(loop, 0);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(future));
  asy_future_unref(future);
  future = asy_future_new(loop);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(future));
  asy_future_unref(future);
}

/* LOOP-08 */
static void test_close_fails_what_is_pending(void **state) {
  asy_future *plain = asy_future_new(*state), *sleep = asy_sleep(*state, ASY_SECOND);
  asy_loop_close(*state);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(plain));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(sleep));
  asy_future_unref(plain);
  asy_future_unref(sleep);
}

struct elsewhere {
  asy_loop *loop;
  asy_status soon, acquire, release, made;
  asy_future *future, *pending;
  int32_t cancelled;
};
static void *use_elsewhere(void *data) {
  struct elsewhere *e = data;
  e->soon = asy_loop_call_soon(e->loop, mark, "", NULL, NULL);
  e->acquire = asy_loop_acquire(e->loop);
  e->release = asy_loop_release(e->loop);
  e->future = asy_sleep(e->loop, 1);
  e->made = asy_future_status(e->future);
  e->cancelled = asy_future_cancel(e->pending, NULL);
  return NULL;
}

/* THR-09 DBG-05 TASK-34 SYNC-25 */
static void test_another_thread_is_always_refused(void **state) {
  struct elsewhere e = {.loop = *state, .pending = asy_future_new(*state)};
  pthread_t thread;
  pthread_create(&thread, NULL, use_elsewhere, &e);
  pthread_join(thread, NULL);
  assert_int_equal(ASY_E_WRONG_THREAD, e.soon);
  assert_int_equal(ASY_E_WRONG_THREAD, e.acquire);
  assert_int_equal(ASY_E_WRONG_THREAD, e.release);
  assert_int_equal(ASY_E_WRONG_THREAD, e.made);
  assert_int_equal(ASY_E_WRONG_THREAD, e.cancelled);
  assert_false(asy_future_is_done(e.pending));
  asy_future_unref(e.pending);
  asy_future_unref(e.future);
}

static void *adopt(void *data) {
  struct elsewhere *e = data;
  e->acquire = asy_loop_acquire(e->loop);
  e->soon = asy_loop_call_soon(e->loop, mark, "a", NULL, NULL);
  asy_loop_step(e->loop, 0);
  e->release = asy_loop_release(e->loop);
  return NULL;
}

/* THR-09 */
static void test_a_released_loop_can_be_taken_by_another_thread(void **state) {
  struct elsewhere e = {.loop = *state};
  pthread_t thread;
  clear_trail();
  assert_int_equal(ASY_OK, asy_loop_release(*state));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_loop_call_soon(*state, mark, "", NULL, NULL));
  pthread_create(&thread, NULL, adopt, &e);
  pthread_join(thread, NULL);
  assert_int_equal(ASY_OK, e.acquire);
  assert_int_equal(ASY_OK, e.soon);
  assert_int_equal(ASY_OK, e.release);
  assert_string_equal("a", trail);
  assert_int_equal(ASY_OK, asy_loop_acquire(*state));
}

/* LOOP-22 */
static void test_a_forked_child_gets_a_clear_error(void **state) {
  pid_t child = fork();
  if (child == 0) {
    asy_loop *own;
    asy_status status = asy_loop_call_soon(*state, mark, "", NULL, NULL);
    if (status != ASY_E_FORKED || asy_loop_run(*state) != ASY_E_FORKED) _exit(1);
    if (asy_loop_new(NULL, &own) || asy_loop_step(own, 0) || asy_loop_close(own)) _exit(2);
    _exit(0);
  }
  int status;
  assert_int_equal(child, waitpid(child, &status, 0));
  assert_true(WIFEXITED(status));
  assert_int_equal(0, WEXITSTATUS(status));
  asy_test_turn(*state);
}

/* LOOP-10 TEST-07 */
static void test_virtual_time_stands_still_until_it_is_moved(void **state) {
  uint64_t start = asy_loop_time(*state);
  asy_test_turn(*state);
  assert_int_equal(start, asy_loop_time(*state));
  assert_int_equal(ASY_OK, asy_loop_advance(*state, 5));
  assert_int_equal(start + 5, asy_loop_time(*state));
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_sleep(*state, ASY_SECOND * 3600), NULL));
  assert_int_equal(start + 5 + ASY_SECOND * 3600, asy_loop_time(*state));
}

/* LOOP-10 */
static void test_real_time_only_moves_forward(void **state) {
  asy_loop *loop;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
  uint64_t before = asy_loop_time(loop);
  assert_int_equal(ASY_OK, asy_test_finish(loop, asy_sleep(loop, ASY_MILLISECOND), NULL));
  assert_true(asy_loop_time(loop) >= before + ASY_MILLISECOND);
  assert_int_equal(ASY_E_STATE, asy_loop_advance(loop, 1));
  asy_loop_close(loop);
  asy_loop_unref(loop);
}

static void test_null_is_refused_everywhere(void **state) {
  (void)state;
  assert_int_equal(ASY_E_INVALID, asy_loop_new(NULL, NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_run(NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_run_until_complete(NULL, NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_stop(NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_close(NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_step(NULL, 0));
  assert_int_equal(ASY_E_INVALID, asy_loop_wake(NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_release(NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_acquire(NULL));
  freed = 0;
  assert_int_equal(ASY_E_INVALID, asy_loop_call_soon(NULL, mark, "", count_free, NULL));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_INVALID, asy_loop_set_report_hook(NULL, NULL, NULL, count_free));
  assert_int_equal(2, freed);
  asy_loop_unref(NULL);
  assert_null(asy_loop_ref(NULL));
}

static void test_options_of_another_version_are_read_safely(void **state) {
  struct {
    asy_loop_options known;
    uint64_t newer;
  } options = {{.size = sizeof options}, 0};
  asy_loop *loop;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(&options.known, &loop));
  asy_loop_close(loop);
  asy_loop_unref(loop);
  options.newer = 1;
  assert_int_equal(ASY_E_INVALID, asy_loop_new(&options.known, &loop));
  assert_null(loop);
  options.known.size = sizeof(size_t);
  assert_int_equal(ASY_OK, asy_loop_new(&options.known, &loop));
  asy_loop_close(loop);
  asy_loop_unref(loop);
}

static void test_data_is_kept_per_key_until_the_loop_closes(void **state) {
  static char key, other;
  int a = 1, b = 2;
  freed = 0;
  assert_null(asy_loop_data(*state, &key));
  assert_int_equal(ASY_OK, asy_loop_set_data(*state, &key, &a, count_free));
  assert_int_equal(ASY_OK, asy_loop_set_data(*state, &other, &b, count_free));
  assert_ptr_equal(&a, asy_loop_data(*state, &key));
  assert_int_equal(ASY_OK, asy_loop_set_data(*state, &key, &b, count_free));
  assert_int_equal(1, freed);
  asy_loop_close(*state);
  assert_int_equal(3, freed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ASY_TEST(test_ready_calls_run_in_order_and_each_once),
      ASY_TEST(test_a_call_that_requeues_itself_does_not_starve_io),
      ASY_TEST(test_a_loop_stopped_before_it_runs_takes_one_turn),
      ASY_TEST(test_stop_lets_the_batch_finish_and_no_more),
      ASY_TEST(test_run_until_complete_says_when_it_was_stopped_early),
      ASY_TEST(test_no_loop_runs_inside_a_running_one),
      ASY_TEST(test_the_running_loop_is_known_only_while_it_runs),
      ASY_TEST(test_a_running_loop_cannot_be_closed),
      ASY_TEST(test_close_drops_calls_without_running_them),
      ASY_TEST(test_every_call_on_a_closed_loop_says_so),
      ASY_TEST(test_close_fails_what_is_pending),
      ASY_TEST(test_another_thread_is_always_refused),
      ASY_TEST(test_a_released_loop_can_be_taken_by_another_thread),
      ASY_TEST(test_a_forked_child_gets_a_clear_error),
      ASY_TEST(test_virtual_time_stands_still_until_it_is_moved),
      ASY_TEST(test_real_time_only_moves_forward),
      ASY_TEST(test_null_is_refused_everywhere),
      ASY_TEST(test_options_of_another_version_are_read_safely),
      ASY_TEST(test_data_is_kept_per_key_until_the_loop_closes),
  };
  return asy_test_main(argc, argv, "loop", tests);
}
