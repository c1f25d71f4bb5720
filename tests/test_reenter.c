/* Foreign code inside our calls that ends everything: it closes the loop and drops its last handle, or what it runs in.
 */
#include "asy_test.h"

static asy_loop *loop;
static int ended;
static void end_all(void *data) {
  (void)data;
  if (ended++) return;
  asy_loop_close(loop);
  asy_loop_unref(loop);
}
static void end_on_cancel(asy_future *future, void *data) { (void)future, end_all(data); }
static void retain(void *object) { (void)object; }
static const asy_type ending = {sizeof ending, "ending", retain, end_all, 0};

static void quiet(asy_loop *from, asy_error *error, const char *what, void *data) {
  (void)from, (void)error, (void)what, (void)data;
}
static int setup(void **state) {
  asy_loop_options options = {.size = sizeof options, .flags = ASY_LOOP_VIRTUAL_CLOCK};
  (void)state;
  ended = 0;
  return asy_loop_new(&options, &loop) || asy_loop_set_report_hook(loop, quiet, NULL, NULL);
}
static int teardown(void **state) {
  (void)state;
  return ended == 0;
}
#define REENTER_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static asy_value ends(void) {
  asy_value value = {0};
  asy_value_set_object(&value, &ended, &ending);
  return value;
}
static void on_done(asy_future *future, void *data) { (void)future, (void)data; }
static void on_call(void *data) { (void)data; }
static asy_status sleeps(asy_value *out_value, asy_error **out_error, void *data) {
  return asy_await(asy_future_ref(data), out_value, out_error);
}

static void test_the_end_of_a_removed_callback(void **state) {
  asy_future *future = asy_future_new(loop);
  (void)state;
  for (int i = 0; i < 3; ++i) asy_future_add_done_callback(future, on_done, NULL, end_all);
  assert_int_equal(3, asy_future_remove_done_callback(future, on_done, NULL));
  assert_int_equal(3, ended);
  asy_future_unref(future);
}

static void test_the_end_of_callbacks_of_a_dropped_future(void **state) {
  asy_future *future = asy_future_new(loop);
  (void)state;
  for (int i = 0; i < 3; ++i) asy_future_add_done_callback(future, on_done, NULL, end_all);
  asy_future_unref(future);
  assert_int_equal(3, ended);
}

static void test_the_end_of_a_value(void **state) {
  asy_value value = ends();
  asy_future *future = asy_future_new_done(loop, &value);
  (void)state;
  asy_future_unref(future);
}

static void test_the_end_of_a_cancelled_call_and_of_data(void **state) {
  asy_handle *handle;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_call_later(loop, 1, on_call, NULL, end_all, &handle));
  assert_int_equal(ASY_OK, asy_handle_cancel(handle));
  assert_int_equal(ASY_E_CLOSED, asy_handle_cancel(handle));
  asy_handle_unref(handle);
}

static void test_the_end_of_a_loops_data(void **state) {
  static char key;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_set_data(loop, &key, &key, end_all));
  assert_int_equal(ASY_OK, asy_loop_set_data(loop, &key, NULL, NULL));
}

static void test_a_cancel_hook(void **state) {
  asy_future *future = asy_future_new_cancellable(loop, end_on_cancel, NULL, NULL);
  (void)state;
  assert_int_equal(1, asy_future_cancel(future, "why"));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(future));
  asy_future_unref(future);
}

static asy_task *waits_for(asy_future *future) {
  asy_task *task = asy_spawn(loop, sleeps, future, NULL, NULL);
  asy_loop_step(loop, 0);
  return task;
}

static void test_a_cancel_hook_behind_a_task_and_a_gather(void **state) {
  asy_future *future = asy_future_new_cancellable(loop, end_on_cancel, NULL, NULL);
  asy_future *two[] = {waits_for(future), asy_sleep(loop, 1)};
  asy_future *all = asy_gather(loop, two, 2, 0);
  (void)state;
  assert_int_equal(1, asy_future_cancel(all, NULL));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(all));
  asy_future_unref(all);
  asy_future_unref(future);
}

static void test_a_cancel_hook_behind_a_limited_wait(void **state) {
  asy_future *future = asy_future_new_cancellable(loop, end_on_cancel, NULL, NULL);
  (void)state;
  asy_future *limited = asy_wait_for(loop, future, ASY_SECOND);
  assert_int_equal(1, asy_future_cancel(limited, NULL));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(limited));
  asy_future_unref(limited);
}

static void test_the_end_of_what_a_queue_holds(void **state) {
  asy_queue *queue;
  (void)state;
  assert_int_equal(ASY_OK, asy_queue_new(loop, 0, &queue));
  for (int i = 0; i < 3; ++i) {
    asy_value value = ends();
    assert_int_equal(ASY_OK, asy_queue_try_put(queue, &value));
  }
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 1));
  assert_int_equal(3, ended);
  asy_queue_unref(queue);
}

static void close_it(asy_task *task, void *data) { (void)task, end_all(data); }
static void test_a_visit(void **state) {
  asy_future *future = asy_future_new(loop);
  asy_task *tasks[] = {waits_for(future), waits_for(future)};
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_visit_tasks(loop, close_it, NULL, NULL));
  assert_int_equal(1, ended);
  for (int i = 0; i < 2; ++i) asy_future_unref(tasks[i]);
  asy_future_unref(future);
}

static void say_and_close(const char *text, void *data) { (void)text, end_all(data); }
static void test_a_dump_and_a_call_graph(void **state) {
  asy_future *future = asy_future_new(loop);
  asy_task *tasks[] = {waits_for(future), waits_for(future)};
  (void)state;
  assert_int_equal(ASY_OK, asy_future_call_graph(future, 0, 0, say_and_close, NULL, NULL));
  for (int i = 0; i < 2; ++i) asy_future_unref(tasks[i]);
  asy_future_unref(future);
}

static asy_generator *described;
static asy_status no_items(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return ASY_OK;
}
static void drop_described(const char *line, void *data) {
  (void)line, (void)data;
  asy_generator_unref(described);
  described = NULL;
}

static void test_a_line_that_drops_what_it_describes(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_generator_spawn(loop, no_items, NULL, NULL, NULL, &described));
  assert_int_equal(ASY_OK, asy_generator_describe(described, drop_described, NULL, NULL));
  assert_null(described);
  end_all(NULL);
}

static void drop_with_its_data(void *data) { drop_described(NULL, data); }

static void test_a_throw_whose_end_drops_the_generator(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_generator_spawn(loop, no_items, NULL, drop_with_its_data, NULL, &described));
  asy_future *thrown = asy_generator_throw(described, asy_error_new(ASY_E_FOREIGN, "boom", NULL));
  assert_int_equal(ASY_E_FOREIGN, asy_future_status(thrown));
  assert_null(described);
  asy_future_unref(thrown);
  end_all(NULL);
}

static void test_an_unread_error(void **state) {
  asy_error_options with = {.size = sizeof with, .object = &ended, .type = &ending};
  asy_future *future = asy_future_new_failed(loop, asy_error_new(ASY_E_FOREIGN, "unread", &with));
  (void)state;
  asy_future_unref(future);
}

static asy_group *group;
static void drop_group(asy_future *future, void *data) {
  (void)data;
  asy_group_unref(group);
  group = NULL;
  asy_future_set_cancelled(future, NULL);
}
static asy_status holds(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value;
  asy_future *member = asy_future_new_cancellable(loop, drop_group, NULL, NULL);
  asy_task *task = asy_spawn(loop, sleeps, member, NULL, NULL);
  if (asy_group_new(loop, NULL, &group) || asy_group_add(group, task)) return ASY_E_INTERNAL;
  asy_future_unref(task);
  asy_await(asy_sleep(loop, 0), NULL, NULL);
  asy_await(asy_sleep(loop, 0), NULL, NULL);
  asy_group *mine = group;
  asy_status status = ASY_OK;
  if (data) status = asy_await(asy_group_exit(mine, asy_error_new(ASY_E_FOREIGN, "body", NULL)), NULL, out_error);
  else asy_group_cancel(mine, NULL);
  asy_future_unref(member);
  return status;
}

static void test_a_member_that_drops_its_group(void **state) {
  (void)state;
  for (int by_exit = 0; by_exit < 2; ++by_exit) {
    asy_task *task = asy_spawn(loop, holds, by_exit ? &ended : NULL, NULL, NULL);
    assert_int_equal(ASY_OK, asy_loop_run_until_complete(loop, task));
    assert_int_equal(by_exit ? ASY_E_GROUP : ASY_E_CANCELLED, asy_future_status(task));
    assert_null(group);
    asy_future_unref(task);
  }
  end_all(NULL);
}

static asy_future *only;
static int inside, freed_inside;
static void drop_on_cancel(asy_future *future, void *data) {
  (void)future, (void)data;
  inside = 1;
  asy_future_unref(only);
  inside = 0;
}
static void note_free(void *data) { (void)data, freed_inside += inside, ++ended; }

static void test_a_cancel_hook_that_drops_its_future(void **state) {
  (void)state;
  freed_inside = 0;
  only = asy_future_new_cancellable(loop, drop_on_cancel, NULL, note_free);
  asy_future_cancel(only, NULL);
  assert_int_equal(1, ended);
  assert_int_equal(0, freed_inside);
  ended = 0;
  end_all(NULL);
}

static asy_status tried[2];
static void before_block(void *data) { (void)data, tried[0] = asy_loop_set_poll_hooks(loop, NULL, NULL, NULL, NULL); }
static void after_block(void *data) { (void)data, tried[1] = asy_loop_set_poll_hooks(loop, NULL, NULL, NULL, NULL); }

static void test_poll_hooks_stay_while_they_run(void **state) {
  (void)state;
  asy_loop *real = loop;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
  assert_int_equal(ASY_OK, asy_loop_set_poll_hooks(loop, before_block, after_block, NULL, NULL));
  asy_loop_wake(loop);
  asy_loop_step(loop, ASY_SECOND);
  assert_int_equal(ASY_E_STATE, tried[0]);
  assert_int_equal(ASY_E_STATE, tried[1]);
  end_all(NULL);
  loop = real;
  ended = 0;
  end_all(NULL);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      REENTER_TEST(test_the_end_of_a_removed_callback),
      REENTER_TEST(test_the_end_of_callbacks_of_a_dropped_future),
      REENTER_TEST(test_the_end_of_a_value),
      REENTER_TEST(test_the_end_of_a_cancelled_call_and_of_data),
      REENTER_TEST(test_the_end_of_a_loops_data),
      REENTER_TEST(test_a_cancel_hook),
      REENTER_TEST(test_a_cancel_hook_behind_a_task_and_a_gather),
      REENTER_TEST(test_a_cancel_hook_behind_a_limited_wait),
      REENTER_TEST(test_the_end_of_what_a_queue_holds),
      REENTER_TEST(test_a_visit),
      REENTER_TEST(test_a_dump_and_a_call_graph),
      REENTER_TEST(test_a_line_that_drops_what_it_describes),
      REENTER_TEST(test_a_throw_whose_end_drops_the_generator),
      REENTER_TEST(test_an_unread_error),
      REENTER_TEST(test_a_member_that_drops_its_group),
      REENTER_TEST(test_a_cancel_hook_that_drops_its_future),
      REENTER_TEST(test_poll_hooks_stay_while_they_run),
  };
  return asy_test_main(argc, argv, "reenter", tests);
}
