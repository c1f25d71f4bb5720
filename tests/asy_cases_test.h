/* For the hard cases that cases/README.md lists. */
#ifndef ASY_CASES_TEST_H
#define ASY_CASES_TEST_H
#include "asy_task_test.h"

#define asy_cases_setup asy_task_setup

/* A case whose order is promised, and one whose is not. */
#define IN_ORDER(f) TASK_TEST(f)
#define ANY_ORDER(f) ANY_ORDER_WITH(f, asy_cases_setup, asy_test_teardown)
#define ANY_ORDER_WITH(f, setup, teardown) cmocka_unit_test_setup_teardown(f, setup, teardown)
#endif
