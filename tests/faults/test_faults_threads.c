/* What crosses threads while memory runs out: nothing is lost, nobody waits for ever. */
#include "faults.h"

#include <signal.h>

static int freed;
static void count_free(void *data) { (void)data, ++freed; }
static void ran(void *data) { ++*(int *)data; }

/* Every call is either made and runs, or refused; its data goes once either way. */
static asy_status calls(asy_loop *loop) {
  int runs = 0;
  asy_call *call = NULL;
  freed = 0;
  asy_status status = asy_loop_call_soon_threadsafe(loop, ran, &runs, count_free, &call);
  asy_loop_step(loop, 0);
  asy_loop_step(loop, 0);
  if (freed != 1 || runs != !status || !call == !status) return ASY_E_INTERNAL;
  asy_call_unref(call);
  return status;
}

static asy_status answer(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_value_set_int(out_value, 4);
  return ASY_OK;
}
static void done(asy_thread_future *future, void *data) { (void)future, ran(data); }

static asy_status a_remote_task(asy_loop *loop) {
  asy_thread_future *future = NULL;
  int runs = 0;
  asy_value value;
  freed = 0;
  asy_status status = asy_spawn_threadsafe(loop, answer, NULL, count_free, NULL, &future);
  if (status) return freed == 1 && !future ? status : ASY_E_INTERNAL;
  asy_status noted = asy_thread_future_add_done_callback(future, done, &runs, count_free);
  for (int i = 0; i < 8; ++i) asy_loop_step(loop, 0);
  status = asy_thread_future_wait(future, 0, &value, NULL);
  if (!status && asy_value_int(&value) != 4) status = ASY_E_INTERNAL;
  asy_thread_future_unref(future);
  if (freed != 2 || runs != !noted) return ASY_E_INTERNAL;
  return status ? status : noted;
}

static asy_status a_handler(asy_loop *loop) {
  freed = 0;
  asy_status status = asy_loop_add_signal_handler(loop, SIGUSR1, ran, &freed, count_free);
  asy_status removed = asy_loop_remove_signal_handler(loop, SIGUSR1);
  if (freed != 1 || removed != (status ? ASY_E_NOT_FOUND : ASY_OK)) return ASY_E_INTERNAL;
  return status;
}

static asy_status a_stream(asy_loop *loop) {
  const int32_t signums[] = {SIGUSR1, SIGUSR2};
  asy_signals *signals;
  TRY(asy_signals_new(loop, signums, 2, &signals));
  raise(SIGUSR1);
  for (int i = 0; i < 3; ++i) asy_loop_step(loop, 0);
  asy_status status = complete(loop, asy_signals_next(signals));
  asy_signals_unref(signals);
  return status;
}

/* Every value is either received or refused; both ways it goes once. */
static asy_status a_channel(asy_loop *loop) {
  asy_channel *channel;
  int received = 0;
  freed = 0;
  TRY(asy_channel_new(loop, 12, &channel));
  asy_future *waiting = asy_channel_receive(channel);
  asy_status status = ASY_OK;
  for (int i = 0; i < 10; ++i) {
    asy_value value;
    asy_value_set_pointer(&value, &freed, count_free);
    asy_status sent = asy_channel_send(channel, &value);
    if (sent) status = sent;
    else ++received;
  }
  asy_channel_shutdown(channel);
  asy_status waited = complete(loop, waiting);
  if (waited && waited != ASY_E_CLOSED) status = waited;
  asy_value value;
  while (asy_channel_try_receive(channel, &value) == ASY_OK) {
    --received;
    asy_value_clear(&value);
  }
  asy_channel_unref(channel);
  if (freed != 10 || received != !waited) return ASY_E_INTERNAL;
  return status;
}

static void test_calls_without_memory(void **state) { /* THR-06 */
  (void)state;
  SURVIVE(calls);
}
static void test_remote_tasks_without_memory(void **state) { /* THR-07 */
  (void)state;
  SURVIVE(a_remote_task);
}
static void test_signals_without_memory(void **state) { /* SIG-01 */
  (void)state;
  SURVIVE(a_handler);
  SURVIVE(a_stream);
}

static void test_channels_without_memory(void **state) { /* */
  (void)state;
  SURVIVE(a_channel);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_calls_without_memory),
      cmocka_unit_test(test_channels_without_memory),
      cmocka_unit_test(test_remote_tasks_without_memory),
      cmocka_unit_test(test_signals_without_memory),
  };
  return asy_test_main(argc, argv, "faults_threads", tests);
}
