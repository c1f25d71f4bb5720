/* Fails the n-th allocation of the library, for every n until a scenario needs fewer: once only, and from there on.
   Every time the scenario ends with the documented error, and nothing is left allocated. */
#ifndef FAULTS_H
#define FAULTS_H
#include "asy_test.h"

#include <stdio.h>
#include <unistd.h>

/* A scenario answers its first failure, or ASY_OK. A report is a failure too. */
typedef asy_status (*scenario_cb)(asy_loop *loop);

#define HANGS (-1000)
#define TRY(call)                      \
  do {                                 \
    asy_status try_status = (call);    \
    if (try_status) return try_status; \
  } while (0)

/* Runs until `future` is done, consumes it and gives its status. */
static UNUSED asy_status complete(asy_loop *loop, asy_future *future) {
  asy_status status = asy_future_status(future);
  for (int turn = 0; status == ASY_E_AGAIN && turn < 20000; ++turn) {
    asy_loop_step(loop, ASY_SECOND);
    status = asy_future_status(future);
  }
  asy_future_unref(future);
  return status == ASY_E_AGAIN ? HANGS : status;
}

static char bad_report[200];
static void fault_report(asy_loop *loop, asy_error *error, const char *what, void *user_data) {
  (void)loop, (void)user_data;
  asy_status code = asy_error_code(error);
  /* What was lost for want of memory is said; any other report is a fault of ours. */
  if (code != ASY_E_NOMEM && code != ASY_E_CANCELLED && code != ASY_E_CLOSED)
    snprintf(bad_report, sizeof bad_report, "%s: %s", what, asy_error_message(error));
}

static asy_status run_scenario(scenario_cb scenario) {
  asy_loop_options options = {.size = sizeof options, .flags = ASY_LOOP_VIRTUAL_CLOCK};
  asy_loop *loop;
  asy_status status = asy_loop_new(&options, &loop);
  if (status) return status;
  asy_loop_set_report_hook(loop, fault_report, NULL, NULL);
  status = scenario(loop);
  asy_status closed = asy_loop_close(loop);
  asy_loop_unref(loop);
  return status ? status : closed;
}

/* The thread of an executor that nobody could wait for may be about to give back its last block; a leak stays. */
static int nothing_is_allocated(void) {
  for (int i = 0; asy_set_allocator(NULL, NULL, NULL, NULL, NULL) != ASY_OK; ++i) {
    if (i == 2000) return 0;
    usleep(1000);
  }
  return 1;
}

/* `other` is a second status that the scenario may end with when memory runs out, or ASY_E_NOMEM. */
static UNUSED void survive(const char *name, scenario_cb scenario, asy_status other) {
  for (uint64_t count = 1; count; count = count == 1 ? ASY_FOREVER : 0) {
    for (uint64_t n = 1;; ++n) {
      bad_report[0] = '\0';
      assert_int_equal(ASY_OK, asy_test_fail_allocation(n, count));
      asy_status status = run_scenario(scenario);
      uint64_t used = asy_test_allocations();
      asy_test_fail_allocation(0, 0);
      int expected = status == ASY_OK || status == ASY_E_NOMEM || status == other;
      int clean = nothing_is_allocated();
      if (!expected || !clean || *bad_report)
        fail_msg("%s, allocation %d%s: %s, blocks are %s, report '%s'", name, (int)n, count == 1 ? "" : " and on",
                 status == HANGS ? "hangs" : asy_status_name(status), clean ? "free" : "live", bad_report);
      if (used < n) {
        assert_int_equal(ASY_OK, status);
        break;
      }
      assert_true(n < 5000);
    }
  }
}

#define SURVIVE(scenario) survive(#scenario, scenario, ASY_E_NOMEM)
#endif
