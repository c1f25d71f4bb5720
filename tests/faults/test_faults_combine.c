/* Waits over several futures while memory runs out: no member is lost, none is cancelled. */
#include "faults.h"

static asy_status waited(asy_loop *loop) {
  asy_future *futures[] = {asy_sleep(loop, 10), asy_sleep(loop, 30), asy_sleep(loop, 20)};
  asy_status status = ASY_OK;
  for (uint32_t mode = ASY_WAIT_ALL; mode <= ASY_WAIT_FIRST_ERROR; ++mode) {
    for (int i = 0; i < 3; ++i) asy_future_ref(futures[i]);
    asy_status ended = complete(loop, asy_wait(loop, futures, 3, mode, 25));
    if (!status) status = ended;
  }
  for (int i = 0; i < 3; ++i) {
    asy_status ended = complete(loop, futures[i]);
    if (!status) status = ended;
  }
  return status;
}

static asy_status shielded(asy_loop *loop) {
  asy_future *inner = asy_sleep(loop, 10), *shield = asy_shield(loop, asy_future_ref(inner));
  asy_future_cancel(shield, "no longer needed");
  asy_status status = complete(loop, shield), ended = complete(loop, inner);
  if (ended) return ended;
  return status == ASY_E_CANCELLED ? ASY_OK : status;
}

static asy_loop *here;
static int freed;
static void count_free(void *data) { (void)data, ++freed; }
static asy_future *attempt(size_t index, void *data) {
  (void)data;
  return index ? asy_sleep(here, 40 - 10 * index)
               : asy_future_new_failed(here, asy_error_new(ASY_E_EOF, "first", NULL));
}

static asy_status raced(asy_loop *loop, uint64_t delay) {
  here = loop;
  freed = 0;
  asy_status status = complete(loop, asy_race(loop, 4, delay, attempt, NULL, count_free));
  return freed == 1 ? status : ASY_E_INTERNAL;
}
static asy_status raced_at_once(asy_loop *loop) { return raced(loop, 0); }
static asy_status raced_in_turn(asy_loop *loop) { return raced(loop, 5); }
static asy_status race_cancelled(asy_loop *loop) {
  here = loop;
  freed = 0;
  asy_future *race = asy_race(loop, 4, 5, attempt, NULL, count_free);
  asy_loop_step(loop, 7);
  asy_loop_step(loop, 7);
  asy_future_cancel(race, "no longer needed");
  asy_status status = complete(loop, race);
  if (freed != 1) return ASY_E_INTERNAL;
  return status == ASY_E_CANCELLED ? ASY_OK : status;
}

static asy_status completed_in_time(asy_loop *loop) {
  asy_future *futures[] = {asy_sleep(loop, 10), asy_sleep(loop, 30)};
  asy_completions *completions;
  TRY(asy_completions_new(loop, futures, 2, &completions));
  asy_status status = asy_completions_set_timeout(completions, 20);
  if (!status) status = complete(loop, asy_completions_next(completions));
  if (!status) status = complete(loop, asy_completions_next(completions));
  asy_completions_unref(completions);
  return status == ASY_E_TIMEOUT ? ASY_OK : status;
}

static void see(asy_future *future, void *data) { (void)future, (void)data; }
static void read_line(const char *line, void *data) { (void)line, (void)data; }
static asy_status looked_at(asy_loop *loop) {
  asy_future *f = asy_sleep(loop, 10), *both[] = {asy_future_ref(f), asy_future_ref(f)};
  asy_future *all = asy_gather(loop, both, 2, 0);
  freed = 0;
  asy_status status = asy_future_visit_awaiters(f, see, NULL, count_free);
  if (!status) status = asy_future_call_graph(f, 1, 0, read_line, NULL, count_free);
  else freed += 1;
  if (!status) status = asy_loop_dump(loop, read_line, NULL, count_free);
  else freed += 1;
  asy_status waited = complete(loop, all), slept = complete(loop, f);
  if (freed != 3) return ASY_E_INTERNAL;
  return status ? status : waited ? waited : slept;
}

static int32_t is_eof(asy_error *leaf, void *data) {
  (void)data;
  return asy_error_code(leaf) == ASY_E_EOF;
}
static asy_status split(asy_loop *loop) {
  asy_error *leaves[] = {asy_error_new(ASY_E_EOF, "a", NULL), asy_error_new(ASY_E_OS, "b", NULL)};
  asy_error *inner = asy_error_new_group("inner", leaves, 2), *both[] = {inner, leaves[0]};
  asy_error *whole = asy_error_new_group("outer", both, 2), *match, *rest;
  asy_status status = asy_error_code(whole) == ASY_E_GROUP ? ASY_OK : ASY_E_NOMEM;
  (void)loop;
  freed = 0;
  asy_status halved = asy_error_split(whole, is_eof, NULL, count_free, &match, &rest);
  if (freed != 1 || (halved && (match || rest))) status = ASY_E_INTERNAL;
  asy_error_unref(match);
  asy_error_unref(rest);
  asy_error_unref(whole);
  asy_error_unref(inner);
  for (int i = 0; i < 2; ++i) asy_error_unref(leaves[i]);
  return status ? status : halved;
}

static void test_looking_in_survives_without_memory(void **state) {
  (void)state;
  SURVIVE(looked_at);
}

static void test_shields_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(shielded);
}

static void test_races_survive_without_memory(void **state) {
  (void)state;
  survive("raced_at_once", raced_at_once, ASY_E_GROUP);
  survive("raced_in_turn", raced_in_turn, ASY_E_GROUP);
  survive("race_cancelled", race_cancelled, ASY_E_GROUP);
}

static void test_deadlines_of_iterations_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(completed_in_time);
}

static void test_splits_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(split);
}

static void test_waits_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(waited);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_waits_survive_without_memory),
      cmocka_unit_test(test_shields_survive_without_memory),
      cmocka_unit_test(test_races_survive_without_memory),
      cmocka_unit_test(test_deadlines_of_iterations_survive_without_memory),
      cmocka_unit_test(test_splits_survive_without_memory),
      cmocka_unit_test(test_looking_in_survives_without_memory),
  };
  return asy_test_main(argc, argv, "faults_combine", tests);
}
