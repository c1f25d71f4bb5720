/* Ready work in an order that a seed decides. */
#include "asy_task_test.h"

enum { ENTRIES = 8 };
static const char *const letters[ENTRIES] = {"a", "b", "c", "d", "e", "f", "g", "h"};
static void mark(void *letter) { note(letter); }

static asy_loop *shuffled(uint64_t seed) {
  asy_loop_options options = {.size = sizeof options, .flags = ASY_LOOP_VIRTUAL_CLOCK, .shuffle_seed = seed};
  asy_loop *made;
  trail[0] = 0;
  return asy_loop_new(&options, &made) ? NULL : made;
}
static void close_loop(void) {
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  asy_loop_unref(loop);
}

/* Two batches of callbacks; the order is in the trail. */
static void run_batches(uint64_t seed) {
  loop = shuffled(seed);
  for (int batch = 0; batch < 2; ++batch) {
    for (int i = 0; i < ENTRIES; ++i)
      assert_int_equal(ASY_OK, asy_loop_call_soon(loop, mark, (void *)letters[i], NULL, NULL));
    asy_test_turn(loop);
  }
  close_loop();
}

/* TEST-10 */
static void test_a_seed_gives_the_same_order_every_time(void **state) {
  char first[sizeof trail];
  (void)state;
  run_batches(7);
  strcpy(first, trail);
  run_batches(7);
  assert_string_equal(first, trail);
  run_batches(0);
  assert_string_equal("abcdefghabcdefgh", trail);
  assert_string_not_equal(first, trail);
}

/* TEST-10: nothing is lost or run twice, and every entry is first under some seed */
static void test_seeds_find_other_orders(void **state) {
  unsigned firsts = 0;
  (void)state;
  for (uint64_t seed = 1; seed <= 64; ++seed) {
    int seen[ENTRIES] = {0};
    run_batches(seed);
    assert_int_equal(2 * ENTRIES, strlen(trail));
    for (const char *at = trail; *at; ++at) ++seen[*at - 'a'];
    for (int i = 0; i < ENTRIES; ++i) assert_int_equal(2, seen[i]);
    firsts |= 1u << (trail[0] - 'a');
  }
  assert_int_equal((1u << ENTRIES) - 1, firsts);
}

static void on_done(asy_future *future, void *letter) {
  (void)future;
  note(letter);
}

/* TEST-10 FUT-04: what is promised about the callbacks of one future holds under every seed */
static void test_the_callbacks_of_one_future_keep_their_order(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    loop = shuffled(seed);
    asy_future *future = asy_future_new(loop);
    for (int i = 0; i < ENTRIES; ++i)
      assert_int_equal(ASY_OK, asy_future_add_done_callback(future, on_done, (void *)letters[i], NULL));
    asy_future_set_result(future, NULL);
    asy_test_turn(loop);
    assert_string_equal("abcdefgh", trail);
    asy_future_unref(future);
    close_loop();
  }
}

static asy_semaphore *semaphore;
static asy_status holder(asy_value *out_value, asy_error **out_error, void *letter) {
  (void)out_value;
  asy_status status = asy_await(asy_semaphore_acquire(semaphore), NULL, out_error);
  if (status) return status;
  note(letter);
  status = asy_await(asy_sleep(loop, 0), NULL, out_error);
  asy_semaphore_release(semaphore);
  return status;
}
static asy_status hold_in_turn(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  asy_future *all[ENTRIES];
  for (int i = 0; i < ENTRIES; ++i) {
    all[i] = spawn(holder, (void *)letters[i]);
    asy_await(asy_sleep(loop, 1), NULL, NULL); /* each is in line before the next begins */
  }
  return asy_await(asy_gather(loop, all, ENTRIES, 0), out_value, out_error);
}

/* TEST-10: first come, first served under every seed */
static void test_waiters_keep_their_place_in_line(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    loop = shuffled(seed);
    assert_int_equal(ASY_OK, asy_semaphore_new(loop, 0, &semaphore));
    asy_task *all = spawn(hold_in_turn, NULL);
    for (int i = 0; i < 40; ++i) asy_loop_step(loop, 10);
    assert_string_equal("", trail);
    asy_semaphore_release(semaphore);
    assert_int_equal(ASY_OK, finish(all));
    assert_string_equal("abcdefgh", trail);
    asy_semaphore_unref(semaphore);
    close_loop();
  }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_seed_gives_the_same_order_every_time),
      cmocka_unit_test(test_seeds_find_other_orders),
      cmocka_unit_test(test_the_callbacks_of_one_future_keep_their_order),
      cmocka_unit_test(test_waiters_keep_their_place_in_line),
  };
  return asy_test_main(argc, argv, "shuffle", tests);
}
