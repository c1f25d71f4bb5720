/* The library is let go with everything under way: its threads and exit handlers must not find it gone. */
#define _GNU_SOURCE /* thread numbers */
/* cmocka wants these four first */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <libasync.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../asy_asleep_test.h"

static const char *path;
static int says[2], gate[2]; /* pipes: what the job tells, and what it waits for */

static asy_status work(asy_value *out_value, asy_error **out_error, void *user_data) {
  char byte = 0;
  (void)out_value, (void)out_error, (void)user_data;
  if (write(says[1], &byte, 1) != 1 || read(gate[0], &byte, 1) != 1) return ASY_E_OS;
  return write(says[1], &byte, 1) == 1 ? ASY_OK : ASY_E_OS;
}
static void ignore(void *user_data) { (void)user_data; }

/* The function of this name in the library; the type is that of the header. */
#define CALL(name) ((__typeof__(&name))dlsym(library, #name))

static int let_go(int close) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  asy_loop *loop;
  asy_executor *executor;
  char byte;
  if (!library || CALL(asy_loop_new)(NULL, &loop) || CALL(asy_executor_new)(NULL, &executor)) return 1;
  CALL(asy_loop_call_later)(loop, ASY_SECOND, ignore, NULL, NULL, NULL);
  CALL(asy_loop_call_soon_threadsafe)(loop, ignore, NULL, NULL, NULL);
  asy_future *job = CALL(asy_executor_run)(executor, loop, work, NULL, NULL);
  asy_future *name = CALL(asy_resolve)(loop, "localhost", 80);
  asy_future *signal = CALL(asy_signal_wait)(loop, 10);
  CALL(asy_loop_step)(loop, 0);
  if (read(says[0], &byte, 1) != 1) return 2;
  if (close) {
    CALL(asy_loop_close)(loop);
    CALL(asy_future_unref)(job);
    CALL(asy_future_unref)(name);
    CALL(asy_future_unref)(signal);
    CALL(asy_executor_unref)(executor);
    CALL(asy_loop_unref)(loop);
  }
  if (dlclose(library)) return 3;
  if (write(gate[1], &byte, 1) != 1 || read(says[0], &byte, 1) != 1) return 4;
  until_others_sleep(); /* the job ends in the library, which is gone as far as we know */
  return 0;
}

static int in_child(int close) {
  int status;
  pid_t child = fork();
  if (!child) {
    if (pipe(says) || pipe(gate)) _exit(9);
    exit(let_go(close));
  }
  return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* THR-02 LOOP-08 */
static void test_the_library_is_let_go_with_work_pending(void **state) {
  (void)state;
  assert_int_equal(0, in_child(0));
  assert_int_equal(0, in_child(1));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_library_is_let_go_with_work_pending)};
  if (argc < 2) return 1;
  path = argv[1];
  return cmocka_run_group_tests(tests, NULL, NULL);
}
