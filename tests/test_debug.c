/* Debug mode: it tells where things were made, and changes nothing. */
#define _GNU_SOURCE /* thread names */
#include "asy_debug_test.h"

#include <pthread.h>
#include <stdio.h>

/* DBG-01 */
static void test_debug_mode_is_switched_by_option_call_and_environment(void **state) {
  asy_loop *made;
  asy_loop_options options = {.size = sizeof options, .flags = ASY_LOOP_DEBUG};
  char *before = getenv("LIBASYNC_DEBUG");
  const struct {
    const char *variable;
    int expected;
  } cases[] = {{"1", 1}, {"0", 0}, {"", 0}, {NULL, 0}};
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(&options, &made));
  assert_int_equal(1, asy_loop_is_debug(made));
  assert_int_equal(ASY_OK, asy_loop_set_debug(made, 0));
  assert_int_equal(0, asy_loop_is_debug(made));
  asy_loop_close(made);
  assert_int_equal(ASY_E_CLOSED, asy_loop_set_debug(made, 1));
  asy_loop_unref(made);
  before = before ? strdup(before) : NULL;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    if (cases[i].variable) setenv("LIBASYNC_DEBUG", cases[i].variable, 1);
    else unsetenv("LIBASYNC_DEBUG");
    assert_int_equal(ASY_OK, asy_loop_new(NULL, &made));
    assert_int_equal(cases[i].expected, asy_loop_is_debug(made));
    asy_loop_close(made);
    asy_loop_unref(made);
  }
  if (before) setenv("LIBASYNC_DEBUG", before, 1);
  free(before);
}

static void *switch_on(void *data) { return (void *)(intptr_t)asy_loop_set_debug(data, 1); }

/* DBG-01: live, and from any thread */
static void test_another_thread_may_switch_it(void **state) {
  pthread_t thread;
  void *status;
  (void)state;
  asy_loop_set_debug(loop, 0);
  pthread_create(&thread, NULL, switch_on, loop);
  pthread_join(thread, &status);
  assert_null(status);
  assert_int_equal(1, asy_loop_is_debug(loop));
  settle();
  at("elsewhere");
  asy_future *future = asy_future_new(loop);
  char place[32];
  assert_int_equal(9, asy_future_place(future, place, sizeof place));
  asy_future_unref(future);
}

static asy_queue *queue;
static asy_status worker(asy_value *out_value, asy_error **out_error, void *letter) {
  (void)out_value;
  for (int i = 0; i < 3; ++i) {
    asy_value value;
    asy_value_set_int(&value, i);
    asy_status status = asy_await(asy_queue_put(queue, &value), NULL, out_error);
    if (!status) status = asy_await(asy_sleep(loop, (uint64_t)(*(char *)letter % 3)), NULL, out_error);
    if (!status) status = asy_await(asy_queue_get(queue), NULL, out_error);
    if (status) return status;
    note(letter);
  }
  return ASY_OK;
}
static void work(uint64_t seed, int debug, asy_loop_metrics *metrics) {
  static const char *const letters[] = {"a", "b", "c", "d", "e", "f"};
  asy_future *all[6];
  asy_loop_options options = {.size = sizeof options, .flags = ASY_LOOP_VIRTUAL_CLOCK, .shuffle_seed = seed};
  trail[0] = 0;
  assert_int_equal(ASY_OK, asy_loop_new(&options, &loop));
  assert_int_equal(ASY_OK, asy_loop_set_debug(loop, debug));
  asy_loop_set_slow_step(loop, ASY_FOREVER);
  assert_int_equal(ASY_OK, asy_queue_new(loop, 2, &queue));
  for (int i = 0; i < 6; ++i) all[i] = spawn(worker, (void *)letters[i]);
  assert_int_equal(ASY_OK, finish(asy_gather(loop, all, 6, 0)));
  assert_int_equal(ASY_OK, asy_loop_read_metrics(loop, metrics));
  asy_queue_unref(queue);
  asy_loop_close(loop);
  asy_loop_unref(loop);
}

/* DBG-10 */
static void test_debug_mode_changes_no_order(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    char order[sizeof trail];
    asy_loop_metrics without = {.size = sizeof without}, with = without;
    work(seed, 0, &without);
    strcpy(order, trail);
    work(seed, 1, &with);
    assert_int_equal(18, strlen(order));
    assert_string_equal(order, trail);
    assert_int_equal(without.entries, with.entries);
    assert_int_equal(without.polls, with.polls);
    assert_int_equal(without.timers, with.timers);
  }
}

/* DBG-02: futures, tasks and the futures of operations; a binding's hook or the C functions */
static void test_what_is_made_remembers_where(void **state) {
  char place[64], frames[1024];
  (void)state;
  at("a.py:1");
  asy_future *made[] = {asy_future_new(loop), spawn(sleeper, MS(1)), asy_sleep(loop, 1)};
  assert_int_equal(ASY_OK, asy_loop_set_place_hook(loop, NULL, NULL, NULL));
  asy_future *plain = asy_future_new(loop);
  for (int i = 0; i < 3; ++i) {
    assert_int_equal(6, asy_future_place(made[i], place, sizeof place));
    assert_string_equal("a.py:1", place);
  }
  assert_int_equal(6, asy_future_place(made[0], place, 4));
  assert_string_equal("a.p", place);
  assert_int_equal(6, asy_future_place(made[0], NULL, 0));
  size_t length = asy_future_place(plain, frames, sizeof frames);
  assert_int_equal(length, strlen(frames));
  assert_int_equal(length, asy_future_place(plain, place, 2));
  assert_int_equal(1, strlen(place));
#ifdef __GLIBC__
  assert_non_null(strstr(frames, "test_debug"));
  int depth = 1;
  for (const char *comma = frames; (comma = strchr(comma, ',')); ++comma) ++depth;
  assert_in_range(depth, 1, 10);
#endif
  for (int i = 0; i < 3; ++i) asy_future_unref(made[i]);
  asy_future_unref(plain);
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, ASY_SECOND)));
  asy_loop_set_debug(loop, 0);
  plain = asy_future_new(loop);
  assert_int_equal(0, asy_future_place(plain, place, sizeof place));
  assert_int_equal(0, asy_future_place(NULL, place, sizeof place));
  asy_future_unref(plain);
}

/* DBG-02 DBG-09 FUT-09 */
static void test_an_unread_error_is_told_with_its_place(void **state) {
  (void)state;
  at("lost.c:5");
  asy_future *future = asy_future_new(loop);
  asy_future_set_error(future, boom());
  asy_future_unref(future);
  assert_int_equal(1, asy_test_reports());
  assert_true(told("was never read") && told("made at lost.c:5"));
}

/* DBG-03 DBG-09 CORO-05: a task that never began, because its loop closed */
static void test_a_task_that_never_began_is_told_with_its_place(void **state) {
  (void)state;
  at("forgotten.c:3");
  asy_future_unref(spawn(sleeper, MS(1)));
  asy_loop_close(loop);
  assert_int_equal(1, asy_test_reports());
  assert_true(told("had not begun") && told("made at forgotten.c:3"));
}

/* DBG-02 DBG-03 */
static void test_a_task_may_say_itself_where_it_was_made(void **state) {
  char place[32];
  (void)state;
  asy_task_options options = {.size = sizeof options, .place = "kitchen.c:5"};
  asy_task *task = asy_spawn(loop, sleeper, MS(1), NULL, &options);
  assert_int_equal(11, asy_future_place(task, place, sizeof place));
  assert_string_equal("kitchen.c:5", place);
  assert_int_equal(ASY_OK, finish(task));
  trail[0] = 0;
}

static void end_at_once(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = ASY_STEP_RETURN;
}
static void nothing(void *data) { (void)data; }

static int asked;
static size_t tell(char *buffer, size_t size, void *self) {
  ++asked;
  return (size_t)snprintf(buffer, size, "%s", (const char *)self);
}

/* Where a coroutine is made a task of, and how often it was asked for that. */
static void place_of(const asy_coroutine *type, char *self, const asy_task_options *options, char (*place)[32]) {
  asked = 0;
  asy_task *task = asy_task_new(loop, type, self, options);
  asy_future_place(task, *place, sizeof *place);
  assert_int_equal(ASY_OK, finish(task));
}

/* DBG-02: asked in debug mode only, and unless the options say it; the binding's hook where it does not know */
static void test_a_coroutine_is_asked_where_it_is_made(void **state) {
  static const asy_coroutine type = {.size = sizeof type, .resume = end_at_once, .destroy = nothing, .place = tell};
  asy_coroutine older = type;
  asy_task_options options = {.size = sizeof options, .place = "kitchen.c:5"};
  char place[32];
  (void)state;
  older.size = offsetof(asy_coroutine, place);
  at("a.py:1");
  place_of(&type, "stove.x:7", NULL, &place);
  assert_string_equal("stove.x:7", place);
  assert_int_equal(1, asked);
  place_of(&type, "stove.x:7", &options, &place);
  assert_string_equal("kitchen.c:5", place);
  assert_int_equal(0, asked);
  place_of(&type, "", NULL, &place);
  assert_string_equal("a.py:1", place);
  assert_int_equal(1, asked);
  place_of(&older, "stove.x:7", NULL, &place);
  assert_string_equal("a.py:1", place);
  asy_loop_set_debug(loop, 0);
  place_of(&type, "stove.x:7", NULL, &place);
  assert_int_equal(0, asked);
  assert_string_equal("", place);
}

/* DBG-09 TASK-26 */
static void test_a_pending_task_is_told_with_its_place(void **state) {
  (void)state;
  at("pending.c:4");
  asy_future_unref(spawn(sleeper, MS(1)));
  settle();
  asy_loop_close(loop);
  assert_int_equal(1, asy_test_reports());
  assert_true(told("was still pending") && told("made at pending.c:4"));
  trail[0] = 0;
}

static void *intrude(void *data) { return (void *)(intptr_t)asy_loop_call_soon(data, nothing, NULL, NULL, NULL); }

/* DBG-05 */
static void test_a_stranger_is_told_to_the_owner_with_both_threads(void **state) {
  pthread_t thread;
  void *status;
  (void)state;
  pthread_create(&thread, NULL, intrude, loop);
  pthread_join(thread, &status);
  assert_int_equal(ASY_E_WRONG_THREAD, (intptr_t)status);
  asy_loop_set_report_policy(loop, ASY_REPORT_RAISE);
  asy_test_turn(loop);
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_WRONG_THREAD, asy_reports.last);
  char us[16];
  assert_int_equal(0, pthread_getname_np(pthread_self(), us, sizeof us));
  assert_true(told("the loop belongs to thread ") && told(us));
}

/* HND-10 DBG-07: in C a missing callback is refused always, debug mode or not */
static void test_a_call_without_a_callback_is_refused(void **state) {
  (void)state;
  for (int on = 0; on < 2; ++on) {
    asy_loop_set_debug(loop, on);
    assert_int_equal(ASY_E_INVALID, asy_loop_call_soon(loop, NULL, NULL, NULL, NULL));
    assert_int_equal(ASY_E_INVALID, asy_loop_call_later(loop, 1, NULL, NULL, NULL, NULL));
    assert_int_equal(ASY_E_INVALID, asy_loop_call_at(loop, 1, NULL, NULL, NULL, NULL));
    assert_int_equal(ASY_E_INVALID, asy_loop_call_soon_threadsafe(loop, NULL, NULL, NULL, NULL));
    asy_future *refused = asy_spawn(loop, NULL, NULL, NULL, NULL);
    assert_int_equal(ASY_E_INVALID, asy_future_status(refused));
    asy_future_unref(refused);
  }
}

static void recurse(void *data) { (void)data; }
static size_t curious(char *buffer, size_t size, void *data) {
  (void)buffer, (void)size, (void)data;
  asy_loop_call_soon(loop, recurse, NULL, NULL, NULL);
  return 0;
}

static int asking, freed_early;
static void free_asked(void *data) { (void)data, freed_early += asking, ++places_freed; }
static size_t leaves(char *buffer, size_t size, void *data) {
  asking = 1;
  asy_loop_set_place_hook(loop, here, "new.c:2", NULL);
  size_t length = here(buffer, size, data);
  asking = 0;
  return length;
}

static void test_a_place_hook_that_replaces_itself_is_freed_when_it_returns(void **state) {
  char place[16];
  (void)state;
  places_freed = freed_early = 0;
  assert_int_equal(ASY_OK, asy_loop_set_place_hook(loop, leaves, "old.c:1", free_asked));
  asy_future *both[] = {asy_future_new(loop), asy_future_new(loop)};
  assert_int_equal(1, places_freed);
  assert_int_equal(0, freed_early);
  for (int i = 0; i < 2; ++i) {
    asy_future_place(both[i], place, sizeof place);
    assert_string_equal(i ? "new.c:2" : "old.c:1", place);
    asy_future_unref(both[i]);
  }
}

/* DBG-02 */
static void test_a_hook_that_makes_things_is_not_asked_about_them(void **state) {
  char place[8];
  (void)state;
  places_freed = 0;
  at("first");
  asy_loop_set_place_hook(loop, curious, NULL, free_place);
  assert_int_equal(1, places_freed);
  asy_future *future = asy_future_new(loop);
  assert_int_equal(0, asy_future_place(future, place, sizeof place));
  asy_future_unref(future);
  settle();
  asy_loop_close(loop);
  assert_int_equal(2, places_freed);
  assert_int_equal(ASY_E_CLOSED, asy_loop_set_place_hook(loop, curious, NULL, free_place));
  assert_int_equal(3, places_freed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_debug_mode_is_switched_by_option_call_and_environment),
      DEBUG_TEST(test_another_thread_may_switch_it),
      cmocka_unit_test(test_debug_mode_changes_no_order),
      DEBUG_TEST(test_what_is_made_remembers_where),
      DEBUG_TEST(test_an_unread_error_is_told_with_its_place),
      DEBUG_TEST(test_a_task_that_never_began_is_told_with_its_place),
      DEBUG_TEST(test_a_coroutine_is_asked_where_it_is_made),
      DEBUG_TEST(test_a_pending_task_is_told_with_its_place),
      DEBUG_TEST(test_a_task_may_say_itself_where_it_was_made),
      DEBUG_TEST(test_a_stranger_is_told_to_the_owner_with_both_threads),
      DEBUG_TEST(test_a_call_without_a_callback_is_refused),
      DEBUG_TEST(test_a_place_hook_that_replaces_itself_is_freed_when_it_returns),
      DEBUG_TEST(test_a_hook_that_makes_things_is_not_asked_about_them),
  };
  return asy_test_main(argc, argv, "debug", tests);
}
