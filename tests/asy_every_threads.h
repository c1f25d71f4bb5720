/* Bodies of what crosses threads, and signals; see asy_every.h. */
#ifndef ASY_EVERY_THREADS_H
#define ASY_EVERY_THREADS_H
#include "asy_every_bodies.h"

#include <signal.h>

/* ---- THR */

BODY(remote_calls) {
  asy_future *future = asy_future_new(loop);
  asy_status status = asy_loop_call_soon_threadsafe(loop, set_done, asy_future_ref(future), drop, NULL);
  if (!status) status = await(asy_future_ref(future));
  asy_future_unref(future);
  return status;
}
BODY(calls_taken_back) {
  asy_call *call;
  TRY(asy_loop_call_soon_threadsafe(loop, nothing, NULL, NULL, &call));
  int32_t taken = asy_call_cancel(call);
  asy_call_unref(call);
  TRY(await(asy_sleep(loop, 0)));
  return taken ? ASY_OK : ASY_E_INTERNAL;
}
BODY(answers) {
  asy_value_set_int(out_value, 7);
  return ASY_OK;
}
BODY(executors) {
  asy_executor *executor;
  TRY(asy_executor_new(NULL, &executor));
  asy_status status = await(asy_executor_run(executor, loop, answers, NULL, NULL));
  status = first(status, await(asy_executor_shutdown(executor, loop, ASY_FOREVER)));
  asy_executor_unref(executor);
  return status;
}
BODY(default_executors) {
  asy_status status = await(asy_executor_run(NULL, loop, answers, NULL, NULL));
  return first(status, await(asy_loop_shutdown_default_executor(loop, ASY_FOREVER)));
}
static void remote_done(asy_thread_future *remote, void *future) {
  (void)remote;
  asy_future_set_result(future, NULL);
}
BODY(thread_futures) {
  asy_thread_future *remote;
  TRY(asy_spawn_threadsafe(loop, child, loop, NULL, NULL, &remote));
  asy_future *told = asy_future_new(loop);
  asy_status status = asy_thread_future_add_done_callback(remote, remote_done, asy_future_ref(told), drop);
  if (!status) status = await(asy_future_ref(told));
  if (!status) status = asy_thread_future_wait(remote, 0, NULL, NULL);
  else asy_thread_future_cancel(remote);
  asy_thread_future_unref(remote);
  asy_future_unref(told);
  return status;
}

BODY(sends) {
  asy_value_set_int(out_value, 7);
  return asy_channel_send(data, out_value);
}
static void drop_channel(void *channel) { asy_channel_unref(channel); }
BODY(channels) {
  asy_executor *executor;
  asy_channel *channel;
  TRY(asy_executor_new(NULL, &executor));
  asy_status status = asy_channel_new(loop, 1, &channel);
  if (!status) {
    asy_future *received = asy_channel_receive(channel);
    status = await(asy_executor_run(executor, loop, sends, asy_channel_ref(channel), drop_channel));
    if (status) asy_future_cancel(received, NULL);
    status = first(status, await(received));
    asy_channel_unref(channel);
  }
  status = first(status, await(asy_executor_shutdown(executor, loop, ASY_FOREVER)));
  asy_executor_unref(executor);
  return status;
}

/* ---- RUN */

BODY(main_of_another) { return await(asy_sleep(asy_loop_current(), 0)); }
/* On a thread of its own, where no loop runs. */
BODY(runs) {
  asy_runner *runner;
  asy_runner_options options = {.size = sizeof options};
  TRY(asy_runner_new(&options, &runner));
  asy_loop_set_report_hook(asy_runner_loop(runner), on_report, NULL, NULL);
  asy_status status = asy_runner_run(runner, main_of_another, NULL, NULL, NULL, NULL);
  status = first(status, asy_runner_close(runner));
  asy_runner_unref(runner);
  return status;
}
BODY(runners) {
  asy_status status = await(asy_executor_run(NULL, loop, runs, NULL, NULL));
  return first(status, await(asy_loop_shutdown_default_executor(loop, ASY_FOREVER)));
}

/* ---- SIG */

BODY(signals) {
  asy_future *arrival = asy_signal_wait(loop, SIGUSR2);
  if (asy_future_status(arrival) == ASY_E_AGAIN) raise(SIGUSR2);
  return await(arrival);
}
BODY(signal_streams) {
  asy_signals *signals;
  TRY(asy_signals_new(loop, (const int32_t[]){SIGUSR2}, 1, &signals));
  raise(SIGUSR2);
  asy_status status = await(asy_signals_next(signals));
  status = first(status, asy_signals_close(signals));
  asy_signals_unref(signals);
  return status;
}
BODY(signal_handlers) {
  asy_future *future = asy_future_new(loop);
  asy_status status = asy_loop_add_signal_handler(loop, SIGUSR2, set_done, asy_future_ref(future), drop);
  if (!status) {
    raise(SIGUSR2);
    status = await(asy_future_ref(future));
    asy_loop_remove_signal_handler(loop, SIGUSR2);
  }
  asy_future_unref(future);
  return status;
}
#endif
