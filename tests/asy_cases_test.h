/* For the hard cases that cases/README.md lists. */
#ifndef ASY_CASES_TEST_H
#define ASY_CASES_TEST_H
#include "asy_task_test.h"

/* A case whose order is promised, and one whose is not. */
#define IN_ORDER(f) TASK_TEST(f)
#define ANY_ORDER(f) TASK_TEST(f)
#endif
