/* The right arguments of the generated calls. */
#include "misuse.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

asy_loop *home, *elsewhere;
atomic_int made, ended;
const int32_t some_numbers[] = {SIGUSR2};
static asy_loop *here;

void *probe(void) {
  ++made;
  return &made;
}
void count_free(void *data) {
  if (data) ++ended;
}
static void count_ref(void *data) { (void)data, ++made; }
static const asy_type probe_type = {sizeof probe_type, "probe", count_ref, count_free, 0};

void from(int parameter, enum way way) { here = way == WITH_STRANGERS && parameter ? elsewhere : home; }

asy_loop *make_asy_loop(void) { return asy_loop_ref(here); }
void drop_asy_loop(void *loop) {
  if (loop != home && loop != elsewhere) asy_loop_close(loop);
  asy_loop_unref(loop);
}

static void cancelled(asy_future *future, void *data) { (void)data, asy_future_set_cancelled(future, NULL); }
asy_future *make_asy_future(void) { return asy_future_new_cancellable(here, cancelled, probe(), count_free); }

static void resume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)sent;
  out_step->kind = thrown ? ASY_STEP_RAISE : ASY_STEP_AWAIT;
  if (thrown) out_step->error = asy_error_ref(thrown);
  else out_step->future = asy_sleep(asy_future_loop(task), ASY_FOREVER);
}
static asy_coroutine coroutine = {.size = sizeof coroutine, .resume = resume, .destroy = count_free};
asy_coroutine *make_asy_coroutine(void) { return &coroutine; }
asy_task *make_asy_task(void) {
  asy_task *task = asy_task_new(here, &coroutine, probe(), NULL);
  asy_loop_step(here, 0);
  return task;
}

asy_error *make_asy_error(void) {
  asy_error_options options = {.size = sizeof options, .object = probe(), .type = &probe_type};
  return asy_error_new(ASY_E_FOREIGN, "probe", &options);
}
asy_bytes *make_asy_bytes(void) {
  asy_bytes *bytes;
  return asy_bytes_new("x", 1, &bytes) ? NULL : bytes;
}
asy_value *make_asy_value(void) {
  static asy_value value;
  asy_value_set_pointer(&value, probe(), count_free);
  return &value;
}
void drop_asy_value(void *value) { asy_value_clear(value); }
asy_step *make_asy_step(void) {
  static asy_step step;
  step = (asy_step){.kind = ASY_STEP_RETURN};
  asy_value_set_pointer(&step.value, probe(), count_free);
  return &step;
}
asy_type *make_asy_type(void) { return (asy_type *)&probe_type; }
void *array_of(void *item) {
  static void *array[1];
  array[0] = item;
  return array;
}

static void called(void *data) { (void)data; }
asy_handle *make_asy_handle(void) {
  asy_handle *handle;
  return asy_loop_call_later(here, ASY_SECOND, called, probe(), count_free, &handle) ? NULL : handle;
}
asy_promise *make_asy_promise(void) {
  asy_promise *promise;
  asy_future_unref(asy_promise_new(here, cancelled, probe(), count_free, &promise));
  return promise;
}
asy_timeout *make_asy_timeout(void) {
  asy_task *task = make_asy_task();
  asy_timeout *timeout;
  asy_status status = asy_timeout_enter(here, task, ASY_SECOND, &timeout);
  asy_future_unref(task);
  return status ? NULL : timeout;
}
void drop_asy_timeout(void *timeout) { asy_timeout_exit(timeout, NULL, NULL); }
asy_group *make_asy_group(void) {
  asy_task *task = make_asy_task();
  asy_group *group;
  asy_status status = asy_group_new(here, task, &group);
  asy_future_unref(task);
  return status ? NULL : group;
}
asy_completions *make_asy_completions(void) {
  asy_future *future = make_asy_future();
  asy_completions *completions;
  return asy_completions_new(here, &future, 1, &completions) ? NULL : completions;
}
asy_semaphore *make_asy_semaphore(void) {
  asy_semaphore *semaphore;
  return asy_semaphore_new(here, 1, &semaphore) ? NULL : semaphore;
}
asy_event *make_asy_event(void) {
  asy_event *event;
  return asy_event_new(here, &event) ? NULL : event;
}
asy_queue *make_asy_queue(void) {
  asy_queue *queue;
  return asy_queue_new(here, 1, &queue) ? NULL : queue;
}
asy_channel *make_asy_channel(void) {
  asy_channel *channel;
  return asy_channel_new(here, 1, &channel) ? NULL : channel;
}

asy_lock *make_asy_lock(void) {
  asy_lock *lock;
  return asy_lock_new(here, 0, &lock) ? NULL : lock;
}
asy_condition *make_asy_condition(void) {
  asy_condition *condition;
  return asy_condition_new(here, NULL, &condition) ? NULL : condition;
}
asy_barrier *make_asy_barrier(void) {
  asy_barrier *barrier;
  return asy_barrier_new(here, 2, &barrier) ? NULL : barrier;
}
asy_limiter *make_asy_limiter(void) {
  asy_limiter *limiter;
  return asy_limiter_new(here, 1, 1, &limiter) ? NULL : limiter;
}
asy_executor *make_asy_executor(void) {
  asy_executor *executor;
  return asy_executor_new(NULL, &executor) ? NULL : executor;
}
asy_call *make_asy_call(void) {
  asy_call *call;
  return asy_loop_call_soon_threadsafe(here, called, probe(), count_free, &call) ? NULL : call;
}
static asy_status run_nothing(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return ASY_OK;
}
asy_thread_future *make_asy_thread_future(void) {
  asy_thread_future *future;
  return asy_spawn_threadsafe(here, run_nothing, probe(), count_free, NULL, &future) ? NULL : future;
}
asy_signals *make_asy_signals(void) {
  asy_signals *signals;
  return asy_signals_new(here, some_numbers, 1, &signals) ? NULL : signals;
}
static asy_future *next(void *self, const asy_value *sent, asy_error *thrown) {
  (void)self, (void)sent, (void)thrown;
  return asy_sleep(here, ASY_FOREVER);
}
static asy_iterator iterator = {.size = sizeof iterator, .next = next, .destroy = count_free};
asy_iterator *make_asy_iterator(void) { return &iterator; }
static asy_status generate(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return asy_yield(NULL, NULL, NULL);
}
asy_generator *make_asy_generator(void) {
  asy_generator *generator;
  return asy_generator_spawn(here, generate, probe(), count_free, NULL, &generator) ? NULL : generator;
}
/* Another thread may release a runner, but not as the last: it cannot close its loop. */
static asy_runner *kept;
asy_runner *make_asy_runner(void) {
  asy_runner *runner;
  if (asy_runner_new(NULL, &runner)) return NULL;
  asy_loop_set_report_hook(asy_runner_loop(runner), ignore_report, NULL, NULL);
  if (!kept) kept = asy_runner_ref(runner);
  return runner;
}
void drop_asy_runner(void *runner) {
  asy_runner_close(runner);
  asy_runner_unref(runner);
}
void drop_kept(void) {
  if (kept) drop_asy_runner(kept);
  kept = NULL;
}
asy_context *make_asy_context(void) { return asy_context_new(); }
asy_context_var *make_asy_context_var(void) {
  asy_context_var *var;
  return asy_context_var_new("probe", NULL, &var) ? NULL : var;
}
asy_context_token *make_asy_context_token(void) {
  asy_context *context = make_asy_context();
  asy_context_var *var = make_asy_context_var();
  asy_context_token *token;
  asy_status status = asy_context_set(context, var, make_asy_value(), &token);
  asy_context_unref(context);
  asy_context_var_unref(var);
  return status ? NULL : token;
}

static void watched(asy_watch *watch, uint32_t events, void *data) { (void)watch, (void)events, (void)data; }
asy_watch *make_asy_watch(void) {
  static int ends[2];
  asy_watch *watch;
  if (!ends[1] && pipe(ends)) return NULL;
  return asy_watch_new(here, ends[0], ASY_WATCH_READABLE, watched, probe(), count_free, &watch) ? NULL : watch;
}
static void client(asy_server *server, asy_transport *transport, void *data) {
  (void)server, (void)transport, (void)data;
}
asy_server *make_asy_server(void) {
  asy_server *server;
  return asy_server_new(here, "127.0.0.1", 0, NULL, client, probe(), count_free, &server) ? NULL : server;
}
asy_transport *make_asy_transport(void) {
  asy_server *server = make_asy_server();
  asy_future *connecting = asy_transport_connect(here, "127.0.0.1", asy_server_port(server));
  asy_loop_run_until_complete(here, connecting);
  asy_transport *transport = asy_value_object(asy_future_value(connecting), asy_transport_type());
  asy_transport_ref(transport);
  asy_future_unref(connecting);
  asy_server_unref(server);
  return transport;
}
asy_stream *make_asy_stream(void) {
  asy_transport *transport = make_asy_transport();
  asy_stream *stream;
  asy_status status = asy_stream_new(transport, &stream);
  asy_transport_unref(transport);
  return status ? NULL : stream;
}
