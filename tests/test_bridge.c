/* Bridges: following the futures of another thread's loop. */
#include "asy_task_test.h"

#include <pthread.h>
#include <semaphore.h>

/* A thread with a loop that it runs until it is stopped. */
static struct {
  asy_loop *loop;
  asy_future *future; /* of that loop */
  pthread_t thread;
  sem_t ready, go;
  int closes_first;
} there;

static int asked;
static void ask(asy_future *future, void *data) {
  (void)data;
  ++asked;
  asy_future_set_cancelled(future, "as you wish");
}

static void *run_there(void *data) {
  (void)data;
  asy_loop_new(NULL, &there.loop);
  there.future = asy_future_new_cancellable(there.loop, ask, NULL, NULL);
  asy_future_ref(there.future);
  sem_post(&there.ready);
  if (there.closes_first) sem_wait(&there.go);
  else asy_loop_run(there.loop);
  asy_loop_close(there.loop);
  asy_future_unref(there.future);
  return NULL;
}

static int setup(void **state) {
  int failed = asy_test_setup_flags(state, 0);
  loop = *state;
  trail[0] = 0;
  freed = asked = 0;
  return failed;
}
static void start(int closes_first) {
  there.closes_first = closes_first;
  sem_init(&there.ready, 0, 0);
  sem_init(&there.go, 0, 0);
  pthread_create(&there.thread, NULL, run_there, NULL);
  sem_wait(&there.ready);
}
static void stop_there(void *data) { (void)data, asy_loop_stop(there.loop); }
static void stop(void) {
  asy_loop_call_soon_threadsafe(there.loop, stop_there, NULL, NULL, NULL);
  pthread_join(there.thread, NULL);
  asy_loop_unref(there.loop);
}
#define BRIDGE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static void complete_there(void *data) {
  asy_value value;
  if (data) asy_value_set_pointer(&value, data, count_free);
  else asy_value_set_int(&value, 7);
  asy_future_set_result(there.future, &value);
}
static void note_done(asy_future *future, void *data) {
  (void)future, (void)data;
  note("d");
  sem_post(&there.ready);
}
static void fail_there(void *data) { (void)data, asy_future_set_error(there.future, boom()); }

/* FUT-14 LOOP-15 */
static void test_a_value_crosses(void **state) {
  (void)state;
  start(0);
  asy_future *near = asy_future_bridge(loop, there.future);
  assert_ptr_equal(loop, asy_future_loop(near));
  asy_loop_call_soon_threadsafe(there.loop, complete_there, NULL, NULL, NULL);
  assert_int_equal(7, finish_int(near));
  stop();
}

/* FUT-14 EXC-11 */
static void test_an_error_crosses_and_is_read(void **state) {
  (void)state;
  start(0);
  asy_future *near = asy_future_bridge(loop, there.future);
  asy_loop_call_soon_threadsafe(there.loop, fail_there, NULL, NULL, NULL);
  assert_int_equal(ASY_E_FOREIGN, finish(near));
  stop();
}

/* FUT-14 */
static void test_a_pointer_crosses_with_its_destructor(void **state) {
  (void)state;
  start(0);
  asy_future *near = asy_future_bridge(loop, there.future);
  asy_loop_call_soon_threadsafe(there.loop, complete_there, &freed, NULL, NULL);
  assert_int_equal(ASY_OK, finish(asy_future_ref(near)));
  stop();
  assert_ptr_equal(&freed, asy_value_pointer(asy_future_value(near)));
  assert_int_equal(0, freed);
  asy_future_unref(near);
  assert_int_equal(1, freed);
}

static pthread_t released_on;
static void release(void *object) { released_on = pthread_self(), count_free(object); }
static void retain(void *object) { (void)object, note("r"); }
static const asy_type tied = {sizeof tied, "tied", retain, release, ASY_TYPE_LOOP_RELEASE | ASY_TYPE_LOOP_RETAIN};
static void complete_tied(void *data) {
  asy_value value;
  asy_value_set_list(&value, 1);
  asy_value_set_object(asy_value_item(&value, 0), &freed, &tied);
  asy_future_set_result(data, &value);
}
static void fail_tied(void *data) {
  asy_error_options with = {.size = sizeof with, .object = &freed, .type = &tied, .traceback = "line 1", .os_code = 5};
  asy_future_set_error(data, asy_error_new(ASY_E_FOREIGN, "boom", &with));
}

/* FUT-14 LOOP-15: the object is another thread's to count */
static void test_what_stays_on_its_loop_does_not_cross_to_another_thread(void **state) {
  (void)state;
  for (int failing = 0; failing < 2; ++failing) {
    start(0);
    asy_future *near = asy_future_bridge(loop, there.future);
    asy_loop_call_soon_threadsafe(there.loop, failing ? fail_tied : complete_tied, there.future, NULL, NULL);
    assert_int_equal(failing ? ASY_E_FOREIGN : ASY_E_WRONG_LOOP, finish(asy_future_ref(near)));
    const asy_error *error = asy_future_error(near);
    assert_string_equal(failing ? "boom" : "the result holds an object that stays on its own loop's thread",
                        asy_error_message(error));
    assert_string_equal(failing ? "line 1" : "", asy_error_traceback(error) ? asy_error_traceback(error) : "");
    assert_int_equal(failing ? 5 : 0, asy_error_os_code(error));
    assert_null(asy_error_object(error, &tied));
    pthread_t home = there.thread;
    stop();
    asy_future_unref(near);
    assert_int_equal(failing + 1, freed);
    assert_true(pthread_equal(home, released_on));
  }
  assert_string_equal("", trail);
}

/* FUT-14 LOOP-15 */
static void test_what_stays_on_its_thread_crosses_between_its_loops(void **state) {
  asy_loop *other;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  asy_future *far = asy_future_new(other), *near = asy_future_bridge(loop, asy_future_ref(far));
  complete_tied(far);
  asy_future_unref(far);
  asy_test_turn(other);
  assert_int_equal(ASY_OK, finish(asy_future_ref(near)));
  assert_ptr_equal(&freed, asy_value_object(asy_value_item((asy_value *)asy_future_value(near), 0), &tied));
  asy_future_unref(near);
  assert_int_equal(1, freed);
  asy_loop_close(other);
  asy_loop_unref(other);
}

/* FUT-14 TASK-12 */
static void test_a_cancel_asks_the_other_side_and_waits_for_its_answer(void **state) {
  (void)state;
  start(0);
  asy_future *near = asy_future_bridge(loop, there.future);
  asy_task *task = spawn(waiter, near);
  asy_test_turn(loop);
  asy_task_cancel(task, NULL);
  assert_int_equal(0, asy_future_is_done(near));
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_string_equal("as you wish", asy_error_message(asy_future_error(near)));
  asy_future_unref(near);
  stop();
  assert_int_equal(1, asked);
}

static void watch_there(void *data) {
  (void)data;
  asy_future_add_done_callback(there.future, note_done, NULL, NULL);
  sem_post(&there.ready);
}

/* FUT-08: D5 holds across loops too */
static void test_a_cancelled_bridge_leaves_a_future_to_others(void **state) {
  (void)state;
  start(0);
  asy_loop_call_soon_threadsafe(there.loop, watch_there, NULL, NULL, NULL);
  sem_wait(&there.ready);
  asy_future *near = asy_future_bridge(loop, there.future);
  asy_future_cancel(near, "once");
  asy_future_cancel(near, "twice");
  assert_int_equal(ASY_E_CANCELLED, finish(near));
  asy_loop_call_soon_threadsafe(there.loop, complete_there, NULL, NULL, NULL);
  sem_wait(&there.ready);
  stop();
  assert_int_equal(0, asked);
  assert_string_equal("d", trail);
}

/* FUT-14 LOOP-08 */
static void test_the_other_loop_may_close_first(void **state) {
  (void)state;
  start(1);
  asy_future *near = asy_future_bridge(loop, there.future), *late;
  sem_post(&there.go);
  assert_int_equal(ASY_E_CLOSED, finish(near));
  pthread_join(there.thread, NULL);
  late = asy_future_bridge(loop, asy_future_new(there.loop)); /* of no loop: it is closed */
  assert_int_equal(ASY_E_CLOSED, finish(late));
  asy_loop_unref(there.loop);
}

/* FUT-14 LOOP-08 */
static void test_this_loop_may_close_first(void **state) {
  (void)state;
  start(0);
  asy_future *near = asy_future_bridge(loop, there.future);
  asy_loop_close(loop);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(near));
  asy_future_unref(near);
  asy_loop_call_soon_threadsafe(there.loop, complete_there, &freed, NULL, NULL);
  stop();
  assert_int_equal(1, freed);
}

/* FUT-14 FUT-13 */
static void test_what_needs_no_bridge_is_returned_as_it_is(void **state) {
  asy_future *own = asy_future_new(loop), *failed = asy_sleep(NULL, 1);
  (void)state;
  assert_ptr_equal(own, asy_future_bridge(loop, own));
  assert_ptr_equal(failed, asy_future_bridge(loop, failed));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_future_bridge(loop, NULL)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_future_bridge(NULL, own)));
}

enum { CROSSINGS = 300 };
static asy_status call_there(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error;
  asy_status status = asy_await(asy_sleep(there.loop, (uint64_t)(uintptr_t)data * 1000), NULL, NULL);
  asy_value_set_int(out_value, (int64_t)(uintptr_t)data);
  return status;
}
static struct crossing {
  asy_promise *task;
  uintptr_t number;
} crossings[CROSSINGS];
static void spawn_there(void *data) {
  struct crossing *c = data;
  asy_value value;
  asy_value_set_future(&value, asy_spawn(there.loop, call_there, (void *)c->number, NULL, NULL));
  asy_promise_set_result(c->task, &value);
  asy_promise_unref(c->task);
}

/* THR-07 FUT-14: a task of another loop, its handle by a promise, its end by a bridge, some cancelled on the way */
static void test_many_tasks_of_another_loop_are_awaited_and_cancelled(void **state) {
  asy_future *made[CROSSINGS], *near[CROSSINGS];
  (void)state;
  start(0);
  asy_future_unref(there.future);
  for (int i = 0; i < CROSSINGS; ++i) {
    crossings[i].number = (uintptr_t)i;
    made[i] = asy_promise_new(loop, NULL, NULL, NULL, &crossings[i].task);
    asy_loop_call_soon_threadsafe(there.loop, spawn_there, &crossings[i], NULL, NULL);
  }
  for (int i = 0; i < CROSSINGS; ++i) {
    asy_value task;
    assert_int_equal(ASY_OK, asy_loop_run_until_complete(loop, made[i]));
    assert_int_equal(ASY_OK, asy_future_take_value(made[i], &task));
    near[i] = asy_future_bridge(loop, asy_value_future(&task)); /* with the value's reference */
    asy_future_unref(made[i]);
    if (i % 3 == 0) asy_future_cancel(near[i], NULL);
  }
  for (int i = 0; i < CROSSINGS; ++i) {
    int64_t number = -1;
    asy_status status = asy_test_finish(loop, near[i], &number);
    assert_true(status == ASY_OK ? number == i : status == ASY_E_CANCELLED && i % 3 == 0);
  }
  stop();
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      BRIDGE_TEST(test_a_value_crosses),
      BRIDGE_TEST(test_an_error_crosses_and_is_read),
      BRIDGE_TEST(test_a_pointer_crosses_with_its_destructor),
      BRIDGE_TEST(test_what_stays_on_its_loop_does_not_cross_to_another_thread),
      BRIDGE_TEST(test_what_stays_on_its_thread_crosses_between_its_loops),
      BRIDGE_TEST(test_a_cancel_asks_the_other_side_and_waits_for_its_answer),
      BRIDGE_TEST(test_a_cancelled_bridge_leaves_a_future_to_others),
      BRIDGE_TEST(test_the_other_loop_may_close_first),
      BRIDGE_TEST(test_this_loop_may_close_first),
      BRIDGE_TEST(test_what_needs_no_bridge_is_returned_as_it_is),
      BRIDGE_TEST(test_many_tasks_of_another_loop_are_awaited_and_cancelled),
  };
  return asy_test_main(argc, argv, "bridge", tests);
}
