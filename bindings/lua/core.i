/* The C ABI as a Lua module. Type-level rules only: a new function of the ABI is bound by its signature.
     - one that returns a future becomes await_NAME, which waits for it; it must run in a task;
     - a status becomes true, false for ASY_E_AGAIN, or a raised error;
     - the loop is the running one and no argument; durations are seconds; a callback triple is one function. */
%module asy_core
%{
#include "host.h"
/* Lua's own convention: surplus arguments are ignored, missing ones are nil. */
#undef SWIG_check_num_args
#define SWIG_check_num_args(function, least, most)
/* Before an operation begins. Decided by the compiler: costs nothing where no future is returned. */
#define ASY_LUA_ENTER(name) \
  if (__builtin_strncmp(name, "await_", 6) == 0 && !asy_lua_may_await(L, name)) goto fail;
%}
%include "../shapes.i"
%rename("%(regex:/^asy_(?:lua_)?(.*)/await_\\1/)s", %$isfunction, "match$type"="asy_future") "";
%include "omit.i"
%rename("%(strip:[asy_])s") asy_future_new;
%rename("%(strip:[asy_])s") asy_future_new_cancellable;
%rename("%(strip:[asy_])s") asy_promise_new;
%rename("%(strip:[ASY_])s", %$isenumitem) "";
%exception { ASY_LUA_ENTER("$symname") $action }

/* ---- handles */
%define LUA_HANDLE(NAME)
%typemap(in) asy_##NAME *, const asy_##NAME * %{ $1 = asy_lua_check(L, $input, ASY_LUA_##NAME, "$symname"); %}
%typemap(in, numinputs=0) asy_##NAME **OUTPUT (asy_##NAME *made = NULL) "$1 = &made; asy_lua_of(L);"
%typemap(argout) asy_##NAME **OUTPUT
  %{ lua_pop(L, SWIG_arg); /* the handle is the only result */
     SWIG_arg = 1;
     if (*$1) { asy_lua_push(L, asy_lua_of(L), ASY_LUA_##NAME, *$1); } else { lua_pushnil(L); } %}
%apply asy_##NAME **OUTPUT { asy_##NAME **out_##NAME };
%typemap(out) asy_##NAME *
  %{ if ($1) { asy_lua_push(L, asy_lua_of(L), ASY_LUA_##NAME, asy_##NAME##_ref($1)); } else { lua_pushnil(L); } SWIG_arg++; %}
%ignore asy_##NAME##_ref;
%ignore asy_##NAME##_unref;
%enddef
%asy_handles(LUA_HANDLE)
LUA_HANDLE(timeout)
LUA_HANDLE(error)
%typemap(in) asy_task *, const asy_task * = asy_future *;
%typemap(out) asy_task * = asy_future *;
%typemap(in, numinputs=0) asy_loop * %{ $1 = asy_lua_loop(L, "$symname"); %}
%typemap(in, numinputs=0) const asy_loop * = asy_loop *;
%typemap(in) asy_loop *of %{ $1 = asy_lua_check(L, $input, ASY_LUA_loop, "$symname"); %}
%typemap(out) asy_future * %{ return asy_lua_await(L, $1); %}
/* Already the caller's reference. */
%typemap(out) asy_lock *asy_condition_lock %{ asy_lua_push(L, asy_lua_of(L), ASY_LUA_lock, $1); SWIG_arg++; %}
%typemap(out) asy_context *
  %{ if ($1) { asy_lua_push(L, asy_lua_of(L), ASY_LUA_context, $1); } else { lua_pushnil(L); } SWIG_arg++; %}
%define LUA_GIVES_FUTURE(FUNCTION)
%typemap(out) asy_future *FUNCTION %{ asy_lua_push(L, asy_lua_of(L), ASY_LUA_future, $1); SWIG_arg++; %}
%enddef
LUA_GIVES_FUTURE(asy_future_new)
LUA_GIVES_FUTURE(asy_future_new_cancellable)
LUA_GIVES_FUTURE(asy_promise_new)
LUA_GIVES_FUTURE(asy_lua_shield)
%typemap(argout) asy_promise **out_promise
  %{ if (*$1) { asy_lua_push(L, asy_lua_of(L), ASY_LUA_promise, *$1); } else { lua_pushnil(L); } SWIG_arg++; %}

/* ---- statuses, numbers, seconds, text */
%typemap(out) asy_status
  %{ if ($1 < 0 && $1 != ASY_E_AGAIN) return asy_lua_raise_status(L, $1, "$symname");
     lua_pushboolean(L, $1 != ASY_E_AGAIN); SWIG_arg++; %}
%typemap(out) int32_t %{ lua_pushboolean(L, $1 != 0); SWIG_arg++; %}
%typemap(out) int32_t asy_future_cancel, int32_t asy_task_cancel
  %{ if ($1 < 0) return asy_lua_raise_status(L, $1, "$symname");
     lua_pushboolean(L, $1); SWIG_arg++; %}
%typemap(out) uint32_t, size_t, uint64_t, int64_t %{ asy_lua_push_integer(L, (int64_t)$1); SWIG_arg++; %}
%typemap(out) int32_t asy_task_uncancel
  %{ if ($1 < 0) return asy_lua_raise_status(L, $1, "$symname");
     asy_lua_push_integer(L, $1); SWIG_arg++; %}
%typemap(out) asy_status asy_error_code, asy_status asy_future_status, int32_t asy_task_cancelling,
              int32_t asy_task_scope_depth,
              int32_t asy_loop_get_fd = uint32_t;
%typemap(out) uint64_t asy_loop_time, uint64_t asy_handle_when, uint64_t asy_timeout_when,
              uint64_t asy_loop_next_deadline %{ asy_lua_push_duration(L, $1); SWIG_arg++; %}
%typemap(in) asy_status, int32_t %{ $1 = ($1_ltype)asy_lua_integer(L, $input, INT32_MIN, INT32_MAX, "$symname"); %}
%typemap(in) uint32_t port %{ $1 = (uint32_t)asy_lua_integer(L, $input, 0, UINT16_MAX, "$symname"); %}
%typemap(in) uint32_t %{ $1 = (uint32_t)asy_lua_integer(L, $input, 0, UINT32_MAX, "$symname"); %}
%typemap(in) size_t, uint64_t %{ $1 = ($1_ltype)asy_lua_integer(L, $input, 0, INT64_MAX, "$symname"); %}
%typemap(in) size_t max_size
  %{ $1 = lua_isnoneornil(L, $input) ? 65536 : (size_t)asy_lua_integer(L, $input, 0, INT64_MAX, "$symname"); %}
%typemap(in) int64_t %{ $1 = asy_lua_integer(L, $input, INT64_MIN, INT64_MAX, "$symname"); %}
%typemap(in) uint64_t delay_ns, uint64_t when_ns, uint64_t grace_ns, uint64_t timeout_ns,
             uint64_t limit_ns
  %{ $1 = asy_lua_duration(L, $input, "$symname"); %}
%typemap(in) uint64_t needed_ns
  %{ if (!lua_isnumber(L, $input)) return asy_lua_bad_argument(L, $input, "seconds", "$symname");
     $1 = asy_lua_duration(L, $input, "$symname"); %}
%typemap(in) uint32_t flags %{ $1 = (uint32_t)lua_toboolean(L, $input); %}
%typemap(in) int32_t immediate, int32_t on %{ $1 = lua_toboolean(L, $input); %}
%typemap(in) double %{ $1 = asy_lua_number(L, $input, "$symname"); %}
%define LUA_NOT_NIL
  if (lua_isnoneornil(L, 2)) return asy_lua_bad_argument(L, 2, "a value that is not nil", "$symname");
%enddef
%exception asy_queue_put { ASY_LUA_ENTER("$symname") LUA_NOT_NIL $action }
%exception asy_queue_try_put { LUA_NOT_NIL $action }
%exception asy_channel_send { LUA_NOT_NIL $action }
%typemap(in) const char *
  %{ if (!lua_isnoneornil(L, $input) && !lua_isstring(L, $input))
       return asy_lua_bad_argument(L, $input, "string", "$symname");
     $1 = (char *)lua_tostring(L, $input); %}
%typemap(in) const char *name
  %{ if (!lua_isstring(L, $input)) return asy_lua_bad_argument(L, $input, "string", "$symname");
     $1 = (char *)lua_tostring(L, $input); %}
%typemap(in) (const void *data, size_t size) (size_t length = 0)
  %{ if (!lua_isstring(L, $input))
       return asy_lua_bad_argument(L, $input, "string", "$symname");
     $1 = (void *)lua_tolstring(L, $input, &length);
     $2 = length; %}
%typemap(in, numinputs=0) size_t *out_written (size_t written = 0) "$1 = &written;"
%typemap(argout) size_t *out_written %{ asy_lua_push_integer(L, (int64_t)*$1); SWIG_arg++; %}

/* What a function writes into a buffer is its result. */
%typemap(in, numinputs=0) (char *buffer, size_t size) (char text[256])
  %{ $1 = text; $2 = sizeof text; *text = 0; %}
%typemap(argout) (char *buffer, size_t size)
  %{ lua_settop(L, -SWIG_arg - 1);
     SWIG_arg = 1;
     if (result >= $2) asy_$symname(arg1, $1 = asy_lua_newuserdata(L, result + 1), result + 1);
     lua_pushstring(L, $1); %}

/* ---- values, errors, callbacks, options */
%typemap(in) asy_context *context
  %{ $1 = lua_isnoneornil(L, $input) ? NULL : asy_lua_check(L, $input, ASY_LUA_context, "$symname"); %}
%apply asy_context_var **OUTPUT { asy_context_var **out_var };
%apply asy_context_token **OUTPUT { asy_context_token **out_token };
%typemap(in, numinputs=0) asy_error **out_match (asy_error *half = NULL), asy_error **out_rest (asy_error *half = NULL)
  "$1 = &half;"
%typemap(argout) asy_error **out_match, asy_error **out_rest
  %{ if (*$1) { asy_lua_push_error(L, asy_lua_of(L), *$1); asy_error_unref(*$1); } else { lua_pushnil(L); } SWIG_arg++; %}
%typemap(in) asy_value *value (asy_value given = {0}) %{ asy_lua_to_value(L, $input, &given); $1 = &given; %}
%typemap(freearg) asy_value *value "asy_value_clear($1);"
%apply asy_value *value { const asy_value *default_value };
%typemap(in, numinputs=0) asy_value *out_value (asy_value got = {0}) "$1 = &got;"
%typemap(argout) asy_value *out_value
  %{ if (result == ASY_OK) { SWIG_arg += asy_lua_push_value(L, asy_lua_of(L), $1); asy_value_clear($1); } %}
%typemap(in) asy_error *error %{ $1 = lua_isnoneornil(L, $input) ? NULL : asy_lua_to_error(L, $input); %}
%typemap(in) const asy_error *error %{ $1 = asy_lua_check(L, $input, ASY_LUA_error, "$symname"); %}
%define LUA_CALLBACK(CALLBACK, PARAMETER, IS_NONE)
%typemap(in) (CALLBACK PARAMETER, void *user_data, asy_free_cb on_free)
  %{ if (!IS_NONE) {
       if (!lua_isfunction(L, $input)) return asy_lua_bad_argument(L, $input, "function", "$symname");
       $1 = asy_lua_##PARAMETER;
       $2 = asy_lua_ref_new(L, $input);
       $3 = asy_lua_ref_release;
     } %}
%enddef
%define LUA_TRIPLE(CALLBACK, PARAMETER)
LUA_CALLBACK(CALLBACK, PARAMETER, false)
%enddef
%asy_triples(LUA_TRIPLE)
LUA_CALLBACK(asy_compare_cb, on_compare, lua_isnoneornil(L, $input))
LUA_CALLBACK(asy_cancel_cb, on_cancel, lua_isnoneornil(L, $input))
LUA_TRIPLE(asy_line_cb, on_line)
LUA_TRIPLE(asy_future_cb, on_future)
LUA_TRIPLE(asy_live_cb, on_live)
LUA_TRIPLE(asy_context_cb, on_var)
LUA_TRIPLE(asy_match_cb, on_match)
LUA_TRIPLE(asy_start_cb, on_start)
%typemap(in) (asy_future *const *futures, size_t count)
  %{ $1 = asy_lua_futures(L, $input, &$2, "$symname"); %}
%exception asy_wait { ASY_LUA_ENTER("$symname") asy_lua_ref_futures(arg2, arg3); $action }
%exception asy_gather { ASY_LUA_ENTER("$symname") asy_lua_ref_futures(arg2, arg3); $action }
%exception asy_completions_new { asy_lua_ref_futures(arg2, arg3); $action }
%define LUA_FIELD(NAME, TARGET, CONVERT)
  lua_getfield(L, $input, NAME); if (!lua_isnil(L, -1)) { TARGET = CONVERT; } lua_pop(L, 1);
%enddef
%typemap(in) const asy_runner_options *options (asy_loop_options built = {sizeof(asy_loop_options)},
    asy_runner_options given = {.size = sizeof(asy_runner_options), .flags = asy_lua_interrupt_flag()}) {
  if (!lua_isnoneornil(L, $input)) {
    if (!lua_istable(L, $input)) return asy_lua_bad_options(L, $input, "$symname");
    LUA_FIELD("virtual_clock", built.flags, built.flags | (lua_toboolean(L, -1) ? ASY_LOOP_VIRTUAL_CLOCK : 0))
    LUA_FIELD("debug", built.flags, built.flags | (lua_toboolean(L, -1) ? ASY_LOOP_DEBUG : 0))
    LUA_FIELD("seed", built.shuffle_seed, (uint64_t)asy_lua_option(L, "seed", INT64_MAX, "$symname"))
    LUA_FIELD("ready_budget", built.ready_budget, (uint32_t)asy_lua_option(L, "ready_budget", UINT32_MAX, "$symname"))
  }
  given.loop = &built;
  $1 = &given;
}
%typemap(in) const asy_executor_options *options (asy_executor_options given = {sizeof(asy_executor_options)}) {
  if (!lua_isnoneornil(L, $input)) {
    if (!lua_istable(L, $input)) return asy_lua_bad_options(L, $input, "$symname");
    LUA_FIELD("max_threads", given.max_threads, (uint32_t)asy_lua_option(L, "max_threads", UINT32_MAX, "$symname"))
    LUA_FIELD("max_queued", given.max_queued, (uint32_t)asy_lua_option(L, "max_queued", UINT32_MAX, "$symname"))
    lua_getfield(L, $input, "name"); /* stays on the stack: nothing else need keep it */
    given.name = asy_lua_task_name(L, "async.executor");
  }
  $1 = &given;
}
%typemap(in) const asy_server_options *options (asy_server_options given = {sizeof(asy_server_options), 0, 0}) {
  if (!lua_isnoneornil(L, $input)) {
    if (!lua_istable(L, $input)) return asy_lua_bad_options(L, $input, "$symname");
    LUA_FIELD("backlog", given.backlog, (uint32_t)asy_lua_option(L, "backlog", UINT32_MAX, "$symname"))
    LUA_FIELD("reuse_port", given.flags, lua_toboolean(L, -1) ? ASY_SERVER_REUSE_PORT : 0)
  }
  $1 = &given;
}

/* ---- forms that differ from the ABI's: the current task is implied, a handle of Lua's is never consumed */
%ignore asy_sleep;
%ignore asy_wait_for;
%ignore asy_future_bridge;
%ignore asy_timeout_enter;
%ignore asy_timeout_exit;
%ignore asy_group_new;
%rename("future_await", %$isfunction) asy_lua_future_await;
%rename("await_%(strip:[asy_lua_])s") asy_lua_sleep;
%rename("await_%(strip:[asy_lua_])s") asy_lua_wait_for;
%rename("await_%(strip:[asy_lua_])s") asy_lua_future_await;
%rename("await_%(strip:[asy_lua_])s") asy_lua_future_bridge;
%rename("%(strip:[asy_lua_])s") asy_lua_timeout_enter;
%rename("%(strip:[asy_lua_])s") asy_lua_group_new;
%rename("%(strip:[asy_lua_])s") asy_lua_shield;
%rename("await_%(strip:[asy_lua_])s") asy_lua_yield;
%rename("%(strip:[asy_lua_])s") asy_lua_var_get;
%rename("%(strip:[asy_lua_])s") asy_lua_token_reset;
%rename("%(strip:[asy_lua_])s") asy_lua_error_split;
%rename("%(strip:[asy_lua_])s") asy_lua_watchdog;
%rename("%(strip:[asy_lua_])s") asy_lua_visit_live;
%rename("%(strip:[asy_lua_])s") asy_lua_hook;
%rename("%(strip:[asy_lua_])s") asy_lua_policy;
%inline %{
static asy_future *asy_lua_sleep(asy_loop *loop, uint64_t needed_ns) {
  return needed_ns ? asy_sleep(loop, needed_ns) : NULL; /* NULL: one turn */
}
static asy_future *asy_lua_future_await(asy_future *future) {
  return asy_future_ref(future);
}
static asy_future *asy_lua_wait_for(asy_loop *loop, asy_future *future, uint64_t delay_ns) {
  return asy_wait_for(loop, asy_future_ref(future), delay_ns);
}
static asy_future *asy_lua_future_bridge(asy_loop *loop, asy_future *future) {
  return asy_future_bridge(loop, asy_future_ref(future));
}
static asy_future *asy_lua_shield(asy_loop *loop, asy_future *future) {
  return asy_shield(loop, asy_future_ref(future));
}
static asy_future *asy_lua_yield(asy_loop *loop, asy_value *value) {
  return asy_generator_yield(asy_task_current(loop), value);
}
static asy_status asy_lua_error_split(const asy_error *error, asy_match_cb on_match, void *user_data, asy_free_cb on_free,
                                      asy_error **out_match, asy_error **out_rest) {
  return asy_error_split((asy_error *)error, on_match, user_data, on_free, out_match, out_rest);
}
/* False: not set, and no default. */
static asy_status asy_lua_var_get(asy_context *context, asy_context_var *var, asy_value *out_value) {
  const asy_status status = asy_context_get(context, var, out_value);
  return status == ASY_E_NOT_FOUND ? ASY_E_AGAIN : status;
}
static asy_status asy_lua_token_reset(asy_context_token *token) {
  return asy_context_reset(asy_context_token_ref(token));
}
/* Tells on standard error: Lua cannot run on the watchdog's thread. */
static asy_status asy_lua_watchdog(asy_loop *loop, uint64_t timeout_ns) {
  return asy_loop_set_watchdog(loop, timeout_ns == ASY_FOREVER ? 0 : timeout_ns, NULL, NULL, NULL);
}
static asy_status asy_lua_timeout_enter(asy_loop *loop, uint64_t delay_ns, asy_timeout **out_timeout) {
  return asy_timeout_enter(loop, NULL, delay_ns, out_timeout);
}
static asy_status asy_lua_visit_live(asy_loop *of, asy_live_cb on_live, void *user_data, asy_free_cb on_free) {
  return asy_loop_visit_live(of, on_live, user_data, on_free);
}
static asy_status asy_lua_hook(asy_loop *of, asy_report_cb on_report, void *user_data, asy_free_cb on_free) {
  return asy_loop_set_report_hook(of, on_report, user_data, on_free);
}
static asy_status asy_lua_policy(asy_loop *of, int32_t policy) {
  return asy_loop_set_report_policy(of, policy);
}
static asy_status asy_lua_group_new(asy_loop *loop, asy_group **out_group) {
  return asy_group_new(loop, NULL, out_group);
}
%}

%native(context_run) int asy_lua_fn_context_run(lua_State *L);
%native(metrics) int asy_lua_fn_metrics(lua_State *L);
%native(place_hook) int asy_lua_fn_place_hook(lua_State *L);
%native(task_hooks) int asy_lua_fn_task_hooks(lua_State *L);
%native(generator_new) int asy_lua_fn_generator_new(lua_State *L);
%native(await_to_thread) int asy_lua_fn_to_thread(lua_State *L);
%native(signals_new) int asy_lua_fn_signals_new(lua_State *L);
%native(spawn) int asy_lua_fn_spawn(lua_State *L);
%native(group_spawn) int asy_lua_fn_group_spawn(lua_State *L);
%native(timeout_exit) int asy_lua_fn_timeout_exit(lua_State *L);
%native(finish) int asy_lua_fn_finish(lua_State *L);
%native(fail) int asy_lua_fn_fail(lua_State *L);
%native(run) int asy_lua_fn_run(lua_State *L);
%native(loop_state) int asy_lua_fn_loop_state(lua_State *L);
%native(close) int asy_lua_fn_close(lua_State *L);
%native(trace) int asy_lua_trace(lua_State *L);
%native(error_value) int asy_lua_fn_error_value(lua_State *L);
%native(methods) int asy_lua_fn_methods(lua_State *L);
%native(kind) int asy_lua_fn_kind(lua_State *L);
%native(error_partial) int asy_lua_fn_error_partial(lua_State *L);
%native(key) int asy_lua_fn_key(lua_State *L);
%native(callable) int asy_lua_fn_callable(lua_State *L);
%native(check_await) int asy_lua_fn_check_await(lua_State *L);
%include <libasync.h>
