/* The hard cases of limits in time: 2, 3, 18, 19 of cases/README.md. */
#include "asy_cases_test.h"

/* What meets in one turn: the future completes (C), the limit passes (T), somebody cancels the waiting task (X). */
struct meeting {
  asy_future *future;
  asy_task *task;
  const char *order;
  int refused;
};

static asy_status limited(asy_value *out_value, asy_error **out_error, void *data) {
  struct meeting *m = data;
  return asy_await(asy_wait_for(loop, asy_future_ref(m->future), 10 * ASY_MILLISECOND), out_value, out_error);
}

static void happen(struct meeting *m, char what) {
  asy_value value;
  asy_value_set_int(&value, 9);
  if (what == 'C' && asy_future_set_result(m->future, &value)) ++m->refused;
  if (what == 'X') asy_task_cancel(m->task, NULL);
}
/* Due with the limit, which passes first. */
static void after_the_limit(void *data) {
  struct meeting *m = data;
  for (const char *c = strchr(m->order, 'T'); *c; ++c) happen(m, *c);
}

/* case 2, COMB-12 COMB-14 COMB-15 FUT-15, D1: a value that came before the limit and the cancel is delivered, and the
   request reported; else a cancel is a cancel, also after the limit; a late completion is refused */
static void test_completion_limit_and_cancel_in_one_turn(void **state) {
  static const struct {
    const char *order;
    asy_status status;
    int refused, reports;
  } table[] = {
      {"CT", ASY_OK, 0, 0},           {"TC", ASY_E_TIMEOUT, 1, 0},    {"CXT", ASY_OK, 0, 1},
      {"XCT", ASY_E_CANCELLED, 1, 0}, {"XT", ASY_E_CANCELLED, 0, 0},  {"CTX", ASY_OK, 0, 1},
      {"TX", ASY_E_CANCELLED, 0, 0},  {"TCX", ASY_E_CANCELLED, 1, 0}, {"TXC", ASY_E_CANCELLED, 1, 0},
      {"XTC", ASY_E_CANCELLED, 1, 0},
  };
  (void)state;
  for (size_t i = 0; i < sizeof table / sizeof *table; ++i) {
    struct meeting m = {.future = asy_future_new(loop), .order = table[i].order};
    asy_loop_call_later(loop, 10 * ASY_MILLISECOND, after_the_limit, &m, NULL, NULL);
    m.task = spawn(limited, &m);
    settle();
    asy_loop_advance(loop, 10 * ASY_MILLISECOND);
    for (const char *c = m.order; *c != 'T'; ++c) happen(&m, *c);
    asy_status status = finish(m.task);
    int reports = asy_test_reports();
    if (status != table[i].status || m.refused != table[i].refused || reports != table[i].reports)
      print_error("%s: %s, %d refused, %d reports\n", m.order, asy_status_name(status), m.refused, reports), ++freed;
    asy_future_unref(m.future);
  }
  assert_int_equal(0, freed);
}

/* A timeout scope around a sleep of a second. */
struct scope {
  uint64_t limit_ms;
  int expired, level;
  asy_status outcome;
};
static asy_status scoped(asy_value *out_value, asy_error **out_error, void *data) {
  struct scope *s = data;
  asy_timeout *timeout;
  asy_error *error = NULL;
  (void)out_value;
  asy_timeout_enter(loop, NULL, s->limit_ms * ASY_MILLISECOND, &timeout);
  asy_await(asy_sleep(loop, ASY_SECOND), NULL, &error);
  s->expired = asy_timeout_is_expired(timeout);
  s->outcome = asy_timeout_exit(timeout, error, out_error);
  s->level = asy_task_cancelling(asy_task_current(loop));
  return s->outcome;
}
static void cancel_task(void *task) { asy_task_cancel(task, "outer"); }

/* case 3, COMB-18: in both orders the scope has expired, the cancel leaves it and stays counted */
static void test_a_scope_expires_and_its_task_is_cancelled_in_one_turn(void **state) {
  (void)state;
  for (int cancel_first = 0; cancel_first < 2; ++cancel_first) {
    struct scope s = {.limit_ms = 10};
    asy_task *task = spawn(scoped, &s);
    if (!cancel_first) asy_loop_call_later(loop, 10 * ASY_MILLISECOND, cancel_task, task, NULL, NULL);
    settle();
    asy_loop_advance(loop, 10 * ASY_MILLISECOND);
    if (cancel_first) asy_task_cancel(task, "outer");
    assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
    assert_int_equal(1, s.expired);
    assert_int_equal(ASY_E_CANCELLED, s.outcome);
    assert_int_equal(1, s.level);
    asy_future_unref(task);
  }
}

/* Three scopes in each other; the loop was blocked past all their deadlines. */
static struct scope nest[3];
static asy_status nested(asy_value *out_value, asy_error **out_error, void *data) {
  size_t depth = (size_t)(uintptr_t)data;
  asy_timeout *timeout;
  asy_error *error = NULL;
  if (depth == 3) return asy_await(asy_sleep(loop, ASY_SECOND), out_value, out_error);
  asy_timeout_enter(loop, NULL, nest[depth].limit_ms * ASY_MILLISECOND, &timeout);
  nested(out_value, &error, MS(depth + 1));
  nest[depth].expired = asy_timeout_is_expired(timeout);
  nest[depth].outcome = asy_timeout_exit(timeout, error, out_error);
  nest[depth].level = asy_task_cancelling(asy_task_current(loop));
  return nest[depth].outcome;
}

/* case 18, COMB-19 LOOP-25 HND-06: whichever deadline was earlier, the outermost scope of those that fired times out */
static void test_scopes_that_are_all_past_due(void **state) {
  static const uint64_t limits[][3] = {{10, 10, 10}, {30, 20, 10}, {10, 20, 30}};
  (void)state;
  for (int i = 0; i < 3; ++i) {
    for (int depth = 0; depth < 3; ++depth) nest[depth] = (struct scope){.limit_ms = limits[i][depth]};
    asy_task *task = spawn(nested, MS(0));
    settle();
    asy_loop_advance(loop, 50 * ASY_MILLISECOND);
    assert_int_equal(ASY_E_TIMEOUT, finish(task));
    for (int depth = 0; depth < 3; ++depth) {
      assert_int_equal(1, nest[depth].expired);
      assert_int_equal(depth ? ASY_E_CANCELLED : ASY_E_TIMEOUT, nest[depth].outcome);
      assert_int_equal(depth, nest[depth].level);
    }
  }
}

/* case 18, COMB-19: only the inner ones are due: the outermost of these times out, and its TIMEOUT passes the outer one
 */
static void test_an_outer_scope_that_is_not_due_lets_the_inner_timeout_pass(void **state) {
  (void)state;
  nest[0] = (struct scope){.limit_ms = 100};
  nest[1] = nest[2] = (struct scope){.limit_ms = 10};
  assert_int_equal(ASY_E_TIMEOUT, finish(spawn(nested, MS(0))));
  assert_int_equal(0, nest[0].expired);
  assert_int_equal(ASY_E_TIMEOUT, nest[1].outcome);
  assert_int_equal(ASY_E_CANCELLED, nest[2].outcome);
}

/* What leaves a body after its deadline: f another error, s nothing (swallowed), g the error of a group. */
static asy_status leave_late(asy_value *out_value, asy_error **out_error, void *kind) {
  asy_timeout *timeout;
  asy_error *error = NULL, *leaf = boom();
  asy_timeout_enter(loop, NULL, 10 * ASY_MILLISECOND, &timeout);
  wait_ms(100);
  if (*(char *)kind == 'f') error = asy_error_ref(leaf);
  if (*(char *)kind == 'g') error = asy_error_new_group("both", &leaf, 1);
  asy_error_unref(leaf);
  if (asy_timeout_is_expired(timeout)) note("x");
  asy_status status = asy_timeout_exit(timeout, error, out_error);
  asy_value_set_int(out_value, asy_task_cancelling(asy_task_current(loop)));
  return status;
}

/* case 19, COMB-20, W3: the body's own error passes; a swallowed deadline is no timeout, but it is reported */
static void test_what_leaves_a_body_after_its_deadline(void **state) {
  (void)state;
  assert_int_equal(ASY_E_FOREIGN, finish(spawn(leave_late, "f")));
  assert_int_equal(ASY_E_GROUP, finish(spawn(leave_late, "g")));
  assert_int_equal(0, asy_test_reports());
  assert_int_equal(0, finish_int(spawn(leave_late, "s")));
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_TIMEOUT, asy_reports.last);
  assert_string_equal("xxx", trail);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      IN_ORDER(test_completion_limit_and_cancel_in_one_turn),
      IN_ORDER(test_a_scope_expires_and_its_task_is_cancelled_in_one_turn),
      ANY_ORDER(test_scopes_that_are_all_past_due),
      ANY_ORDER(test_an_outer_scope_that_is_not_due_lets_the_inner_timeout_pass),
      ANY_ORDER(test_what_leaves_a_body_after_its_deadline),
  };
  return asy_test_main(argc, argv, "cases: timeout", tests);
}
