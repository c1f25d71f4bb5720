/* Hooks and fatal errors while memory runs out. */
#include "faults.h"

static asy_loop *here;
static int created, finished, freed;
static void count_created(asy_task *task, void *data) { (void)task, (void)data, ++created; }
static void count_finished(asy_task *task, void *data) { (void)task, (void)data, ++finished; }
static void count_free(void *data) { (void)data, ++freed; }
static void rename_it(asy_loop *loop, asy_task_options *options, void *data) {
  (void)loop, (void)data;
  options->name = "renamed";
  options->flags |= ASY_TASK_EAGER;
}

static asy_status child(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  return asy_await(asy_sleep(here, 1), NULL, out_error);
}
static asy_status parent(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  return asy_await(asy_spawn(here, child, NULL, count_free, NULL), NULL, out_error);
}

/* What was told of is told of to its end, and what was given is given back. */
static asy_status hooked(asy_loop *loop) {
  here = loop;
  created = finished = freed = 0;
  asy_task_hooks hooks = {.size = sizeof hooks,
                          .on_options = rename_it,
                          .on_created = count_created,
                          .on_finished = count_finished,
                          .on_free = count_free};
  asy_status status = asy_loop_set_task_hooks(loop, &hooks);
  if (!status) status = complete(loop, asy_spawn(loop, parent, NULL, count_free, NULL));
  for (int i = 0; i < 3; ++i) asy_loop_step(loop, ASY_SECOND);
  asy_loop_set_task_hooks(loop, NULL);
  if (created != finished) return ASY_E_INTERNAL;
  return !status && (freed != 3 || created != 2) ? ASY_E_INTERNAL : status;
}

static asy_status end_fatally(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  asy_error_options options = {.size = sizeof options, .flags = ASY_ERROR_FATAL};
  *out_error = asy_error_new(ASY_E_FOREIGN, "the program ends", &options);
  return asy_error_code(*out_error);
}

/* Without memory for the error, that is what the task ends with. */
static asy_status left(asy_loop *loop) {
  asy_task *task = asy_spawn(loop, end_fatally, NULL, NULL, NULL);
  asy_status run = asy_loop_step(loop, 0), status = asy_future_status(task);
  asy_future_unref(task);
  asy_error_unref(asy_loop_take_raised(loop));
  if (status == ASY_E_FOREIGN) return run == ASY_E_FOREIGN ? ASY_OK : ASY_E_INTERNAL;
  return status;
}

static void test_hooks_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(hooked);
}

static void test_fatal_errors_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(left);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_hooks_survive_without_memory),
      cmocka_unit_test(test_fatal_errors_survive_without_memory),
  };
  return asy_test_main(argc, argv, "faults_hooks", tests);
}
