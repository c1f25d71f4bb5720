/* A user's first program: a loop, an operation, its outcome. */
#include <libasync.h>

int main(void) {
  asy_loop *loop = NULL;
  if (asy_loop_new(NULL, &loop) != ASY_OK) return 1;
  asy_future *nap = asy_sleep(loop, ASY_MILLISECOND);
  asy_status status = asy_loop_run_until_complete(loop, nap);
  asy_future_unref(nap);
  asy_status closed = asy_loop_close(loop);
  asy_loop_unref(loop);
  return status == ASY_OK && closed == ASY_OK ? 0 : 1;
}
