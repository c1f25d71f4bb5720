/* Forks: the child of a process with loops. */
#include "asy_test.h"

#include <poll.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static int freed;
static void count_free(void *data) { (void)data, ++freed; }

static int setup_real(void **state) {
  freed = 0;
  return asy_test_setup_flags(state, 0);
}
#define FORK_TEST(f) cmocka_unit_test_setup_teardown(f, setup_real, asy_test_teardown)

/* Ends the child with the number of the line that was wrong, up to 255. */
#define EXPECT(what)                                         \
  do {                                                       \
    if (!(what)) _exit(__LINE__ & 255 ? __LINE__ & 255 : 1); \
  } while (0)

static int end_of(pid_t child) {
  int status;
  assert_int_equal(child, waitpid(child, &status, 0));
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void run_a_loop_of_its_own(void) {
  asy_loop *own;
  EXPECT(!asy_loop_new(NULL, &own));
  asy_future *sleep = asy_sleep(own, ASY_MILLISECOND);
  EXPECT(!asy_loop_run_until_complete(own, sleep));
  asy_future_unref(sleep);
  EXPECT(!asy_loop_close(own));
  asy_loop_unref(own);
}

static pid_t forked;
static int after;
static void fork_here(void *loop) {
  forked = fork();
  if (forked) return;
  EXPECT(!asy_loop_current());
  EXPECT(asy_loop_call_soon(loop, count_free, NULL, NULL, NULL) == ASY_E_FORKED);
  run_a_loop_of_its_own();
}
static void run_after(void *data) { (void)data, ++after; }

/* LOOP-22 */
static void test_a_child_forked_inside_a_run_leaves_it_and_can_run_its_own(void **state) {
  after = 0;
  asy_loop_call_soon(*state, fork_here, *state, NULL, NULL);
  asy_loop_call_soon(*state, run_after, NULL, NULL, NULL);
  asy_future *sleep = asy_sleep(*state, 5 * ASY_MILLISECOND);
  asy_status status = asy_loop_run_until_complete(*state, sleep);
  if (!forked) _exit(status == ASY_E_FORKED && !after ? 0 : 99);
  assert_int_equal(ASY_OK, status);
  assert_int_equal(1, after);
  assert_int_equal(0, end_of(forked));
  asy_future_unref(sleep);
}

static void *release(void *future) {
  asy_future_unref(future);
  return NULL;
}

/* LOOP-22 LOOP-21 */
static void test_the_child_gives_its_copies_up_without_a_word_to_the_parent(void **state) {
  asy_promise *set, *unset;
  asy_future *first = asy_promise_new(*state, NULL, NULL, NULL, &set);
  asy_future *second = asy_promise_new(*state, NULL, NULL, NULL, &unset);
  asy_test_turn(*state);
  pid_t child = fork();
  if (!child) {
    asy_value value;
    pthread_t thread;
    asy_value_set_pointer(&value, NULL, count_free);
    EXPECT(asy_promise_set_result(set, &value) == ASY_E_CLOSED && freed == 1);
    asy_promise_unref(set);
    asy_promise_unref(unset);
    EXPECT(asy_loop_wake(*state) == ASY_E_FORKED);
    EXPECT(asy_loop_call_soon_threadsafe(*state, count_free, NULL, count_free, NULL) == ASY_E_FORKED && freed == 2);
    asy_future_unref(first);
    pthread_create(&thread, NULL, release, second);
    pthread_join(thread, NULL);
    EXPECT(asy_loop_close(*state) == ASY_E_FORKED);
    asy_loop_unref(*state);
    run_a_loop_of_its_own();
    _exit(0);
  }
  assert_int_equal(0, end_of(child));
  struct pollfd fd = {asy_loop_get_fd(*state), POLLIN, 0};
  assert_int_equal(0, poll(&fd, 1, 0));
  assert_int_equal(ASY_OK, asy_promise_set_result(set, NULL));
  asy_promise_unref(set);
  asy_promise_unref(unset);
  assert_int_equal(ASY_OK, asy_test_finish(*state, first, NULL));
  assert_int_equal(ASY_E_BROKEN_PROMISE, asy_test_finish(*state, second, NULL));
}

static asy_status send_owned(asy_channel *channel) {
  asy_value value;
  asy_value_set_pointer(&value, NULL, count_free);
  return asy_channel_send(channel, &value);
}

/* LOOP-22 Q-13 */
static void test_a_channel_of_the_parent_takes_nothing_in_the_child(void **state) {
  asy_channel *channel;
  assert_int_equal(ASY_OK, asy_channel_new(*state, 0, &channel));
  asy_future *received = asy_channel_receive(channel);
  pid_t child = fork();
  if (!child) {
    EXPECT(send_owned(channel) == ASY_E_FORKED && freed == 1);
    EXPECT(asy_channel_size(channel) == 0);
    EXPECT(asy_channel_shutdown(channel) == ASY_E_FORKED);
    asy_channel_unref(channel);
    _exit(0);
  }
  assert_int_equal(0, end_of(child));
  assert_int_equal(ASY_OK, send_owned(channel));
  asy_channel_unref(channel);
  assert_int_equal(ASY_OK, asy_test_finish(*state, received, NULL));
  assert_int_equal(1, freed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      FORK_TEST(test_a_child_forked_inside_a_run_leaves_it_and_can_run_its_own),
      FORK_TEST(test_the_child_gives_its_copies_up_without_a_word_to_the_parent),
      FORK_TEST(test_a_channel_of_the_parent_takes_nothing_in_the_child),
  };
  return asy_test_main(argc, argv, "fork", tests);
}
