/* A pool of connections. */
#include "asy_task_test.h"
#include "patterns.h"

static struct { int opened, open, unhealthy, slow; } world;
static struct pool *pool;

static asy_status connect_slowly(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  asy_status status = asy_await(asy_sleep(loop, world.slow ? 50 : 0), NULL, out_error);
  if (status) return status;
  ++world.open;
  asy_value_set_pointer(out_value, (void *)(uintptr_t)++world.opened, NULL);
  return ASY_OK;
}
static asy_future *open_one(void *data) { return spawn(connect_slowly, data); }
static void close_one(void *connection, void *data) { (void)connection, (void)data, --world.open; }
static int is_healthy(void *connection, void *data) {
  return (void)data, (int)(uintptr_t)connection != world.unhealthy;
}

static int pool_setup(void **state) {
  struct pool_options options = {2, 1000, open_one, close_one, is_healthy, NULL};
  int failed = asy_task_setup(state);
  memset(&world, 0, sizeof world);
  pool = pool_new(loop, &options);
  return failed || !pool ? -1 : 0;
}
static asy_status close_pool(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  return pool_close(pool, out_error);
}
static int pool_teardown(void **state) {
  if (pool) finish(spawn(close_pool, NULL));
  return asy_test_teardown(state) || world.open ? -1 : 0;
}

/* Borrows for `hold`, at most waiting `timeout`; the value is the connection. */
struct use {
  uint64_t hold, timeout;
  int breaks;
};
static asy_status use(asy_value *out_value, asy_error **out_error, void *data) {
  struct use *u = data;
  void *connection;
  asy_status status = pool_acquire(pool, u->timeout, &connection, out_error);
  if (status) return status;
  status = asy_await(asy_sleep(loop, u->hold), NULL, out_error);
  pool_release(pool, connection, u->breaks);
  asy_value_set_int(out_value, (int64_t)(uintptr_t)connection);
  return status;
}
static struct use quick = {0, ASY_FOREVER, 0}, slow = {100, ASY_FOREVER, 0}, hasty = {0, 10, 0},
                  broken = {0, ASY_FOREVER, 1};

/* ECO-04 */
static void test_connections_are_made_when_needed_and_used_again(void **state) {
  (void)state;
  assert_int_equal(0, world.opened);
  assert_int_equal(1, finish_int(spawn(use, &quick)));
  assert_int_equal(1, finish_int(spawn(use, &quick)));
  assert_int_equal(1, world.opened);
}

/* ECO-04 */
static void test_broken_unhealthy_and_old_ones_are_replaced(void **state) {
  (void)state;
  assert_int_equal(1, finish_int(spawn(use, &broken)));
  assert_int_equal(2, finish_int(spawn(use, &quick)));
  world.unhealthy = 2;
  assert_int_equal(3, finish_int(spawn(use, &quick)));
  asy_loop_advance(loop, 1000);
  assert_int_equal(4, finish_int(spawn(use, &quick)));
  assert_int_equal(1, world.open);
}

/* ECO-04 Q-05 */
static void test_who_waits_is_served_in_line_and_may_give_up(void **state) {
  (void)state;
  asy_task *a = spawn(use, &slow), *b = spawn(use, &slow), *c = spawn(use, &quick), *d = spawn(use, &quick);
  assert_int_equal(ASY_E_TIMEOUT, finish(spawn(use, &hasty)));
  assert_int_equal(2, world.open);
  asy_task_cancel(c, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(c));
  assert_in_range(finish_int(d), 1, 2);
  assert_int_equal(ASY_OK, finish(a));
  assert_int_equal(ASY_OK, finish(b));
  assert_int_equal(2, world.opened);
}

/* ECO-04 */
static void test_an_opening_that_is_cancelled_leaks_no_slot(void **state) {
  (void)state;
  world.slow = 1;
  for (int i = 0; i < 3; ++i) {
    asy_task *task = spawn(use, &quick);
    settle();
    asy_task_cancel(task, NULL);
    assert_int_equal(ASY_E_CANCELLED, finish(task));
  }
  assert_int_equal(0, world.open);
  assert_int_equal(1, finish_int(spawn(use, &quick)));
}

/* ECO-04 */
static void test_closing_waits_for_what_is_borrowed_and_lets_nobody_in(void **state) {
  (void)state;
  uint64_t start = asy_loop_time(loop);
  asy_task *user = spawn(use, &slow);
  settle();
  asy_task *closer = spawn(close_pool, NULL);
  settle();
  assert_int_equal(ASY_E_CLOSED, finish(spawn(use, &quick)));
  assert_int_equal(ASY_OK, finish(closer));
  pool = NULL;
  assert_int_equal(start + 100, asy_loop_time(loop));
  assert_int_equal(1, finish_int(user));
  assert_int_equal(0, world.open);
}

/* ECO-04 */
static void test_closing_waits_for_what_is_being_opened_and_for_who_waits_in_line(void **state) {
  (void)state;
  asy_task *users[5];
  world.slow = 1;
  for (int i = 0; i < 5; ++i) users[i] = spawn(use, i < 2 ? &slow : &quick);
  settle();
  assert_int_equal(ASY_OK, finish(spawn(close_pool, NULL)));
  pool = NULL;
  for (int i = 0; i < 5; ++i) assert_int_equal(i < 2 ? ASY_OK : ASY_E_CLOSED, finish(users[i]));
  assert_int_equal(0, world.open);
}

#define POOL_TEST(f) cmocka_unit_test_setup_teardown(f, pool_setup, pool_teardown)
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      POOL_TEST(test_connections_are_made_when_needed_and_used_again),
      POOL_TEST(test_broken_unhealthy_and_old_ones_are_replaced),
      POOL_TEST(test_who_waits_is_served_in_line_and_may_give_up),
      POOL_TEST(test_an_opening_that_is_cancelled_leaks_no_slot),
      POOL_TEST(test_closing_waits_for_what_is_borrowed_and_lets_nobody_in),
      POOL_TEST(test_closing_waits_for_what_is_being_opened_and_for_who_waits_in_line),
  };
  return asy_test_main(argc, argv, "pool", tests);
}
