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

static void test_waits_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(waited);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_waits_survive_without_memory),
  };
  return asy_test_main(argc, argv, "faults_combine", tests);
}
