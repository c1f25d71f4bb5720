/* The watchdog: what blocks a loop is told while it does. */
#include "asy_io_test.h"
#include "asy_task_test.h"

#include <sys/wait.h>
#include <unistd.h>

/* What the watchdog's thread saw; the step that it is about waits for it. On a slow machine others are told of too. */
static struct {
  int seen, freed;
  uint64_t stuck;
  char name[64];
} dog;
static const char *wanted; /* how the name begins; set before anything runs */
static void on_stuck(const char *name, uint64_t stuck_ns, void *data) {
  (void)data;
  if (strncmp(name, wanted, strlen(wanted))) return;
  strncpy(dog.name, name, sizeof dog.name - 1);
  dog.stuck = stuck_ns;
  __atomic_store_n(&dog.seen, 1, __ATOMIC_RELEASE);
}
static void on_free(void *data) { (void)data, ++dog.freed; }
static int watched_setup(void **state) {
  memset(&dog, 0, sizeof dog);
  wanted = "nothing";
  return asy_task_setup(state) || asy_loop_set_watchdog(loop, ASY_MILLISECOND, on_stuck, NULL, on_free);
}
#define WATCHED_TEST(f) cmocka_unit_test_setup_teardown(f, watched_setup, asy_test_teardown)

static void blocks(void *data) {
  (void)data;
  while (!__atomic_load_n(&dog.seen, __ATOMIC_ACQUIRE)) {}
}
static asy_status blocking_body(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  blocks(data);
  return ASY_OK;
}

/* DBG-04 LOOP-25: the step goes on only because it was told meanwhile */
static void test_a_step_that_blocks_is_told_while_it_does(void **state) {
  (void)state;
  wanted = "sleeping beauty";
  asy_task_options options = {.size = sizeof options, .name = "sleeping beauty"};
  assert_int_equal(ASY_OK, finish(asy_spawn(loop, blocking_body, NULL, NULL, &options)));
  assert_string_equal("sleeping beauty", dog.name);
  assert_true(dog.stuck >= ASY_MILLISECOND);
}

/* DBG-04 */
static void test_a_callback_that_blocks_is_told(void **state) {
  (void)state;
  wanted = "a callback";
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, blocks, NULL, NULL, NULL));
  asy_test_turn(loop);
  assert_string_equal("a callback", dog.name);
}

/* DBG-04 */
static void test_the_watch_ends_and_begins_anew(void **state) {
  (void)state;
  wanted = "Task-";
  assert_int_equal(ASY_OK, asy_loop_set_watchdog(loop, 0, NULL, NULL, NULL));
  assert_int_equal(1, dog.freed);
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, 1)));
  assert_int_equal(ASY_OK, asy_loop_set_watchdog(loop, ASY_MILLISECOND, on_stuck, NULL, on_free));
  assert_int_equal(ASY_OK, finish(spawn(blocking_body, NULL)));
  assert_memory_equal("Task-", dog.name, 5);
  asy_loop_close(loop);
  assert_int_equal(2, dog.freed);
  assert_int_equal(ASY_E_CLOSED, asy_loop_set_watchdog(loop, 1, on_stuck, NULL, on_free));
  assert_int_equal(3, dog.freed);
}

static asy_status no_body(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return ASY_OK;
}
static void reads(asy_watch *watch, uint32_t events, void *data) {
  char byte;
  (void)events;
  asy_task_options eager = {.size = sizeof eager, .flags = ASY_TASK_EAGER, .name = "short"};
  asy_future_unref(asy_spawn(loop, no_body, NULL, NULL, &eager));
  if (read(*(int *)data, &byte, 1) == 1) blocks(NULL);
  asy_watch_close(watch);
}

/* DBG-04: also after a task ran inside it */
static void test_an_io_callback_that_blocks_is_told(void **state) {
  asy_watch *watch;
  int ends[2];
  (void)state;
  wanted = "an I/O callback";
  assert_int_equal(0, pipe(ends));
  assert_int_equal(ASY_OK, asy_watch_new(loop, ends[0], ASY_WATCH_READABLE, reads, ends, NULL, &watch));
  assert_int_equal(1, write(ends[1], "x", 1));
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, 2)));
  assert_string_equal("an I/O callback", dog.name);
  asy_watch_unref(watch);
  close(ends[0]);
  close(ends[1]);
}

static void on_bytes(asy_transport *transport, const void *data, size_t size, void *user_data) {
  (void)data, (void)size, (void)user_data;
  blocks(NULL);
  asy_transport_close(transport);
}

/* DBG-04 */
static void test_a_protocol_that_blocks_is_told(void **state) {
  (void)state;
  wanted = "an I/O callback";
  const asy_protocol protocol = {sizeof protocol, on_bytes, NULL, NULL, NULL, NULL, NULL, NULL};
  int peer;
  asy_transport *transport = transport_with_peer(loop, &peer);
  assert_int_equal(ASY_OK, asy_transport_start(transport, &protocol));
  assert_int_equal(1, write(peer, "x", 1));
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, 1)));
  assert_string_equal("an I/O callback", dog.name);
  asy_transport_unref(transport);
  close(peer);
}

static asy_status starts_another(asy_value *out_value, asy_error **out_error, void *data) {
  asy_task_options eager = {.size = sizeof eager, .flags = ASY_TASK_EAGER, .name = "inner"};
  asy_future_unref(asy_spawn(loop, no_body, NULL, NULL, &eager));
  return blocking_body(out_value, out_error, data);
}

/* DBG-04: the step that goes on after one inside it has its own name again */
static void test_a_step_is_told_by_its_own_name_after_one_inside_it(void **state) {
  (void)state;
  wanted = "outer";
  asy_task_options options = {.size = sizeof options, .name = "outer"};
  assert_int_equal(ASY_OK, finish(asy_spawn(loop, starts_another, NULL, NULL, &options)));
  assert_string_equal("outer", dog.name);
}

static void fork_once(void *data) { *(pid_t *)data = fork(); }

/* LOOP-22: the child of a fork goes on without it, also out of a step that was watched */
static void test_a_forked_child_has_no_watchdog(void **state) {
  pid_t child = -1;
  int status = -1;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, fork_once, &child, NULL, NULL));
  asy_status stepped = asy_loop_step(loop, 0);
  if (child == 0) _exit(stepped == ASY_E_FORKED && asy_loop_close(loop) != ASY_OK ? 0 : 1);
  assert_int_equal(child, waitpid(child, &status, 0));
  assert_int_equal(0, status);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      WATCHED_TEST(test_a_step_that_blocks_is_told_while_it_does),
      WATCHED_TEST(test_a_callback_that_blocks_is_told),
      WATCHED_TEST(test_the_watch_ends_and_begins_anew),
      WATCHED_TEST(test_an_io_callback_that_blocks_is_told),
      WATCHED_TEST(test_a_protocol_that_blocks_is_told),
      WATCHED_TEST(test_a_step_is_told_by_its_own_name_after_one_inside_it),
      WATCHED_TEST(test_a_forked_child_has_no_watchdog),
  };
  return asy_test_main(argc, argv, "watchdog", tests);
}
