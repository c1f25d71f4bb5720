/* For the hard cases that cases/README.md lists. */
#ifndef ASY_CASES_TEST_H
#define ASY_CASES_TEST_H
#include "asy_task_test.h"

/* The test's initial state is the seed that shuffles its loop. */
static UNUSED int asy_cases_setup(void **state) {
  asy_loop_options options = {
      .size = sizeof options, .flags = ASY_LOOP_VIRTUAL_CLOCK, .shuffle_seed = (uint64_t)(uintptr_t)*state};
  int failed = asy_test_setup_options(state, &options);
  asy_task_begin(*state);
  return failed;
}

/* A case whose order is promised, and one whose is not: it also runs with what is ready in other orders. */
#define IN_ORDER(f) CASE(f, "", 0, asy_cases_setup, asy_test_teardown)
#define ANY_ORDER(f) ANY_ORDER_WITH(f, asy_cases_setup, asy_test_teardown)
#define ANY_ORDER_WITH(f, setup, teardown)                                                                           \
  CASE(f, "", 0, setup, teardown), CASE(f, ", seed 1", 1, setup, teardown), CASE(f, ", seed 2", 2, setup, teardown), \
      CASE(f, ", seed 3", 3, setup, teardown), CASE(f, ", seed 4", 4, setup, teardown),                              \
      CASE(f, ", seed 5", 5, setup, teardown)
#define CASE(f, suffix, seed, setup, teardown) \
  { #f suffix, f, setup, teardown, (void *)(uintptr_t)(seed) }
#endif
