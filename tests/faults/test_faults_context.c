/* Contexts and eager tasks while memory runs out. */
#include "faults.h"

static asy_loop *here;
static asy_context_var *var, *other;
static int freed;
static void count_free(void *data) { (void)data, ++freed; }
static void nothing(void *data) { (void)data; }
static void nothing_done(asy_future *future, void *data) { (void)future, (void)data; }

static asy_status set(asy_context *context, asy_context_var *which, int64_t number, asy_context_token **out_token) {
  asy_value value = {0};
  asy_value_set_int(&value, number);
  return asy_context_set(context, which, &value, out_token);
}

/* What fails leaves the context as it was. */
static asy_status change(asy_context *context) {
  asy_context_token *token;
  asy_value value;
  TRY(set(context, var, 1, NULL));
  TRY(set(context, other, 2, &token));
  asy_status status = set(context, var, 3, NULL);
  if (asy_context_get(context, var, &value) || asy_value_int(&value) != (status ? 1 : 3)) status = ASY_E_INTERNAL;
  asy_status undone = asy_context_reset(token);
  return status ? status : undone;
}

static asy_status container(asy_loop *loop) {
  (void)loop;
  asy_value fallback = {0};
  asy_value_set_string(&fallback, "none", 4);
  var = other = NULL;
  asy_context *context = NULL, *copy = NULL;
  asy_status status = asy_context_var_new("var", &fallback, &var);
  asy_value_clear(&fallback);
  if (!status) status = asy_context_var_new("other", NULL, &other);
  if (!status && !(context = asy_context_new())) status = ASY_E_NOMEM;
  if (!status) status = change(context);
  if (!status && !(copy = asy_context_copy(context))) status = ASY_E_NOMEM;
  asy_context_unref(context);
  asy_context_unref(copy);
  asy_context_var_unref(var);
  asy_context_var_unref(other);
  return status;
}

static asy_status leaf(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_value value;
  TRY(asy_context_get(NULL, var, &value));
  return asy_value_int(&value) == 1 ? ASY_OK : ASY_E_INTERNAL;
}

/* Everything that captures a context, in a task that has one. */
static asy_status capturing(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  TRY(set(NULL, var, 1, NULL));
  asy_future *slept = asy_sleep(here, 1);
  asy_status status = asy_loop_call_soon(here, nothing, NULL, count_free, NULL);
  if (!status) status = asy_loop_call_later(here, 5, nothing, NULL, count_free, NULL);
  if (!status) status = asy_loop_call_soon_threadsafe(here, nothing, NULL, count_free, NULL);
  if (!status) status = asy_future_add_done_callback(slept, nothing_done, NULL, count_free);
  asy_status waited = asy_await(slept, NULL, NULL);
  if (status || waited) return status ? status : waited;
  asy_task_options eager = {.size = sizeof eager, .name = "eager", .flags = ASY_TASK_EAGER};
  asy_task *both[] = {asy_spawn(here, leaf, NULL, count_free, &eager), asy_spawn(here, leaf, NULL, count_free, NULL)};
  return asy_await(asy_gather(here, both, 2, 0), NULL, out_error);
}

static asy_status captured(asy_loop *loop) {
  here = loop;
  freed = 0;
  asy_status status = asy_context_var_new("var", NULL, &var);
  if (!status) status = complete(loop, asy_spawn(loop, capturing, NULL, count_free, NULL));
  for (int i = 0; i < 5; ++i) asy_loop_step(loop, ASY_SECOND);
  asy_context_var_unref(var);
  var = NULL;
  return status;
}

static void on_data(asy_transport *transport, const void *data, size_t size, void *user_data) {
  (void)data, (void)size, (void)user_data;
  asy_transport_close(transport);
}
static asy_status taken;
static void on_client(asy_server *server, asy_transport *transport, void *data) {
  (void)server, (void)data;
  const asy_protocol protocol = {.size = sizeof protocol, .on_data = on_data, .on_free = count_free};
  taken = asy_transport_start(transport, &protocol);
}
static asy_future *attempt(size_t index, void *data) {
  (void)index, (void)data;
  return asy_sleep(here, 1);
}

/* What is called for connections and attempts, in the context of a task. */
static asy_status calling_back(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value;
  TRY(set(NULL, var, 1, NULL));
  TRY(asy_server_new(here, "127.0.0.1", 0, NULL, on_client, NULL, count_free, data));
  asy_status status = asy_await(asy_race(here, 2, 0, attempt, NULL, count_free), NULL, out_error);
  uint32_t port = asy_server_port(*(asy_server **)data);
  return status ? status : asy_await(asy_transport_connect(here, "127.0.0.1", port), NULL, NULL);
}

static asy_status called_back(asy_loop *loop) {
  asy_server *server = NULL;
  here = loop;
  taken = ASY_OK;
  asy_status status = asy_context_var_new("var", NULL, &var);
  if (!status) status = complete(loop, asy_spawn(loop, calling_back, &server, count_free, NULL));
  for (int i = 0; i < 5; ++i) asy_loop_step(loop, 0);
  if (server) asy_server_close(server);
  asy_server_unref(server);
  for (int i = 0; i < 5; ++i) asy_loop_step(loop, 0);
  asy_context_var_unref(var);
  var = NULL;
  return status ? status : taken;
}

static void test_contexts_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(container);
  SURVIVE(captured);
  SURVIVE(called_back);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_contexts_survive_without_memory)};
  return asy_test_main(argc, argv, "faults_context", tests);
}
