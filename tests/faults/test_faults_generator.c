/* Generators while memory runs out: every one is cleaned up, and no item is lost without a word. */
#include "faults.h"

static asy_loop *here;
static int entered, left, freed;
static void count_free(void *data) { (void)data, ++freed; }

/* Two items, each after a sleep; what it cleans up takes a while. */
static asy_status two_items(asy_value *out_value, asy_error **out_error, void *data) {
  asy_status status = ASY_OK;
  (void)out_value, (void)data;
  ++entered;
  for (int i = 0; i < 2 && !status; ++i) {
    asy_value item = {0};
    status = asy_await(asy_sleep(here, 1), NULL, out_error);
    if (!status) status = asy_value_set_string(&item, "an item", 7);
    if (!status) status = asy_yield(&item, NULL, out_error);
  }
  asy_await(asy_sleep(here, 1), NULL, NULL);
  ++left;
  return status;
}

static asy_generator *spawned(asy_loop *loop) {
  asy_task_options options = {.size = sizeof options, .name = "two items"};
  asy_generator *made;
  here = loop;
  entered = left = freed = 0;
  return asy_generator_spawn(loop, two_items, NULL, count_free, &options, &made) ? NULL : made;
}

/* The loop has closed what was abandoned. */
static asy_status settled(asy_loop *loop, asy_status status) {
  for (int i = 0; i < 10; ++i) asy_loop_step(loop, ASY_SECOND);
  return entered == left && freed == 1 ? status : ASY_E_INTERNAL;
}

static asy_status to_the_end(asy_loop *loop) {
  asy_generator *generator = spawned(loop);
  asy_status status = ASY_E_NOMEM;
  int items = 0;
  while (generator && (status = complete(loop, asy_generator_next(generator))) == ASY_OK) ++items;
  asy_generator_unref(generator);
  if (status == ASY_E_END) status = items == 2 ? ASY_OK : ASY_E_INTERNAL;
  return settled(loop, status);
}

static asy_status closed(asy_loop *loop) {
  asy_generator *generator = spawned(loop);
  asy_status status = generator ? complete(loop, asy_generator_next(generator)) : ASY_E_NOMEM;
  asy_status end = generator ? complete(loop, asy_generator_close(generator)) : ASY_OK;
  asy_generator_unref(generator);
  return settled(loop, status ? status : end);
}

static asy_status abandoned(asy_loop *loop) {
  asy_generator *generator = spawned(loop);
  asy_status status = generator ? complete(loop, asy_generator_next(generator)) : ASY_E_NOMEM;
  asy_generator_unref(generator);
  return settled(loop, status);
}

static asy_status dropped(asy_loop *loop) {
  asy_generator *generator = spawned(loop);
  if (!generator) return freed == 1 ? ASY_E_NOMEM : ASY_E_INTERNAL;
  asy_future_unref(asy_generator_next(generator));
  for (int i = 0; i < 5; ++i) asy_loop_step(loop, ASY_SECOND);
  asy_status status = complete(loop, asy_generator_next(generator));
  asy_generator_unref(generator);
  status = settled(loop, status);
  return status == ASY_E_END ? ASY_E_NOMEM : status; /* the error was the dropped one's, and reported */
}

static asy_status closed_with_all(asy_loop *loop) {
  asy_generator *generator = spawned(loop);
  asy_status status = generator ? complete(loop, asy_generator_next(generator)) : ASY_E_NOMEM;
  asy_status all = complete(loop, asy_loop_close_generators(loop));
  asy_generator_unref(generator);
  return settled(loop, status ? status : all);
}

/* Hands one over by the function that every language's task has. */
static asy_status one_item(asy_value *out_value, asy_error **out_error, void *data) {
  asy_value item = {0};
  (void)out_value, (void)data;
  ++entered;
  asy_status status = asy_value_set_string(&item, "an item", 7);
  if (!status) status = asy_await(asy_generator_yield(asy_task_current(here), &item), NULL, out_error);
  ++left;
  return status;
}

static asy_status of_a_task(asy_loop *loop) {
  asy_generator *generator;
  here = loop;
  entered = left = freed = 0;
  asy_status status = asy_generator_of_task(asy_spawn(loop, one_item, NULL, count_free, NULL), &generator);
  if (status) return settled(loop, status);
  status = complete(loop, asy_generator_next(generator));
  asy_status end = complete(loop, asy_generator_close(generator));
  asy_generator_unref(generator);
  return settled(loop, status ? status : end);
}

static asy_future *give_one(void *self, const asy_value *sent, asy_error *thrown) {
  (void)self, (void)sent, (void)thrown;
  return asy_sleep(here, 1);
}
static asy_future *clean_up(void *self) { return (void)self, ++left, asy_sleep(here, 1); }
static const asy_iterator ticking = {sizeof ticking, give_one, clean_up, count_free, NULL, NULL};

static asy_status iterated(asy_loop *loop) {
  asy_generator *generator;
  here = loop;
  entered = left = freed = 0;
  asy_status status = asy_generator_new(loop, &ticking, NULL, &generator);
  if (status) return freed == 1 ? status : ASY_E_INTERNAL;
  status = complete(loop, asy_generator_next(generator));
  asy_status end = complete(loop, asy_generator_close(generator));
  asy_generator_unref(generator);
  settled(loop, ASY_OK);
  entered = left; /* at most one clean-up: after an error there is none */
  if (left > 1) return ASY_E_INTERNAL;
  return settled(loop, status ? status : end);
}

/* AGEN-01, AGEN-04 */
static void test_functions_that_yield_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(to_the_end);
  SURVIVE(closed);
}

/* AGEN-02 */
static void test_one_of_a_task_survives_without_memory(void **state) {
  (void)state;
  SURVIVE(of_a_task);
}

/* AGEN-05, AGEN-07: letting go needs no memory */
static void test_abandoned_ones_are_cleaned_up_without_memory(void **state) {
  (void)state;
  SURVIVE(abandoned);
  SURVIVE(dropped);
  SURVIVE(closed_with_all);
}

/* AGEN-01, AGEN-04 */
static void test_iterators_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(iterated);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_functions_that_yield_survive_without_memory),
      cmocka_unit_test(test_one_of_a_task_survives_without_memory),
      cmocka_unit_test(test_abandoned_ones_are_cleaned_up_without_memory),
      cmocka_unit_test(test_iterators_survive_without_memory),
  };
  return asy_test_main(argc, argv, "faults_generator", tests);
}
