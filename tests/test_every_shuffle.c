/* Every operation, in the orders of twenty seeds. */
#include "asy_every.h"

/* TEST-10: each ends well in every order */
static void test_every_order_ends_well(void **state) {
  (void)state;
  for (const struct scenario *s = scenarios; s < scenarios + SCENARIOS; ++s)
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      asy_status status = run(s, seed, 0, NULL);
      if (status || *faults) fail_msg("%s, seed %d: %s, %s", s->name, (int)seed, asy_status_name(status), faults);
    }
}

struct count {
  size_t futures, others;
};
static void count_live(const char *kind, size_t count, void *data) {
  struct count *c = data;
  *(strcmp(kind, "future") ? &c->others : &c->futures) += count;
}

/* What a test forgot is told by kind, and stays told until it is released */
static void test_what_is_still_held_is_told_by_kind(void **state) {
  struct count c = {0, 0};
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
  asy_future *forgotten[] = {asy_future_new(loop), asy_future_new(loop)};
  assert_int_equal(ASY_OK, asy_loop_visit_live(loop, count_live, &c, NULL));
  assert_int_equal(2, c.futures);
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  asy_future_unref(forgotten[0]);
  memset(&c, 0, sizeof c);
  assert_int_equal(ASY_OK, asy_loop_visit_live(loop, count_live, &c, NULL));
  assert_int_equal(1, c.futures);
  assert_int_equal(0, c.others);
  asy_future_unref(forgotten[1]);
  memset(&c, 0, sizeof c);
  assert_int_equal(ASY_OK, asy_loop_visit_live(loop, count_live, &c, NULL));
  assert_int_equal(0, c.futures);
  assert_int_equal(ASY_E_INVALID, asy_loop_visit_live(loop, NULL, NULL, NULL));
  asy_loop_unref(loop);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_order_ends_well),
      cmocka_unit_test(test_what_is_still_held_is_told_by_kind),
  };
  return asy_test_main(argc, argv, "every shuffle", tests);
}
