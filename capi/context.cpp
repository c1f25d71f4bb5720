/** @file
 * @brief Contexts: variables that follow the work they belong to. */
#include "libasync/loop/context.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Make a context variable.
 *
 * It has the value that the current context binds it to, else its default. Two variables of one name are two variables.
 *
 * @param[in] name what to call it; copied
 * @param[in] default_value its value where nothing was set; copied, or NULL for none
 * @param[out] out_var receives the variable, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `name` or `out_var` is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_THREAD the default is a future of another thread's loop
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_var_new(const char *name, const asy_value *default_value,
                                       asy_context_var **out_var) ASY_NOEXCEPT {
  if (!out_var) return ASY_E_INVALID;
  *out_var = nullptr;
  if (!name) return ASY_E_INVALID;
  context_var *made;
  const asy_status status = context_var_new(name, default_value, made);
  *out_var = handle_of<asy_context_var>(made);
  return status;
}

/**
 * Read a variable's name.
 *
 * @param[in] var the variable; borrowed
 * @return the name, borrowed for the variable's life
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const char *asy_context_var_name(const asy_context_var *var) ASY_NOEXCEPT {
  return var ? core_of<context_var>(var)->name : nullptr;
}

/**
 * Take one more reference to a variable.
 *
 * @param[in] var the variable; borrowed; or NULL
 * @return `var`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context_var *asy_context_var_ref(asy_context_var *var) ASY_NOEXCEPT {
  if (var) core_of<context_var>(var)->refs.fetch_add(1, std::memory_order_relaxed);
  return var;
}

/**
 * Give a reference to a variable back; contexts that bind it keep it.
 *
 * @param[in] var the variable; consumed; or NULL
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_context_var_unref(asy_context_var *var) ASY_NOEXCEPT { context_var_unref(core_of<context_var>(var)); }

/**
 * Make an empty context.
 *
 * @return the context, or NULL without memory
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context *asy_context_new(void) ASY_NOEXCEPT { return handle_of<asy_context>(context_new()); }

/**
 * Copy a context.
 *
 * Cheap: both share what is bound until one of them changes.
 *
 * @param[in] context the context, or NULL for the current one; borrowed
 * @return the copy, or NULL without memory
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context *asy_context_copy(asy_context *context) ASY_NOEXCEPT {
  auto *from = context ? core_of<libasync::context>(context) : context_slot();
  return handle_of<asy_context>(from ? context_copy(*from) : context_new());
}

/**
 * Find the context that the calling code runs in.
 *
 * It is the running task's, else the running callback's, else the thread's own. A task starts with a copy of its
 * creator's. A callback, a watch's too, runs in a copy of the one in which it was registered. Code on a loop that none
 * of these brought there starts with an empty one.
 *
 * @return the context, or NULL without memory
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context *asy_context_current(void) ASY_NOEXCEPT {
  return handle_of<asy_context>(context_ref(context_in(context_slot())));
}

/**
 * Take one more reference to a context.
 *
 * @param[in] context the context; borrowed; or NULL
 * @return `context`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context *asy_context_ref(asy_context *context) ASY_NOEXCEPT {
  context_ref(core_of<libasync::context>(context));
  return context;
}

/**
 * Give a reference to a context back.
 *
 * @param[in] context the context; consumed; or NULL
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_context_unref(asy_context *context) ASY_NOEXCEPT {
  context_unref(core_of<libasync::context>(context));
}

/**
 * Read a variable.
 *
 * @param[in] context the context, or NULL for the current one; borrowed
 * @param[in] var the variable; borrowed
 * @param[out] out_value receives the value, or the default; overwritten, nil on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOT_FOUND the variable is not set and has no default
 * @retval ASY_E_WRONG_THREAD the value is a future of another thread's loop, or holds what stays there
 * @retval ASY_E_CLOSED that loop is closed
 * @par Ownership
 * the caller clears the value
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_get(asy_context *context, asy_context_var *var, asy_value *out_value) ASY_NOEXCEPT {
  if (!out_value) return ASY_E_INVALID;
  *out_value = nil;
  if (!var) return ASY_E_INVALID;
  auto *in = context ? core_of<libasync::context>(context) : context_slot();
  return context_get(in, *core_of<context_var>(var), *out_value);
}

/**
 * Set a variable.
 *
 * Copies made before do not see it. A value that holds an object whose type has #ASY_TYPE_LOOP_RELEASE goes back to the
 * loop that runs here, whichever thread drops the last context that has it.
 *
 * @param[in] context the context, or NULL for the current one; borrowed
 * @param[in] var the variable; borrowed
 * @param[in,out] value the value, or NULL for nil; consumed
 * @param[out] out_token receives what asy_context_reset() undoes this with, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `var` is NULL
 * @retval ASY_E_NOMEM memory ran out; the context is as it was
 * @par Ownership
 * takes what `value` holds, also on failure; the caller owns one reference in `*out_token`
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_set(asy_context *context, asy_context_var *var, asy_value *value,
                                   asy_context_token **out_token) ASY_NOEXCEPT {
  if (out_token) *out_token = nullptr;
  if (!var) return refuse(ASY_E_INVALID, value);
  auto *in = context ? core_of<libasync::context>(context) : context_in(context_slot());
  if (!in) return refuse(ASY_E_NOMEM, value);
  context_token *token = nullptr;
  const asy_status status =
      context_set(*in, *core_of<context_var>(var), value_take(value), out_token ? &token : nullptr, context);
  if (out_token) *out_token = handle_of<asy_context_token>(token);
  return status;
}

/**
 * Give a variable back the value it had before asy_context_set().
 *
 * Once, and where the set was made: when that named no context, the current one must be the same.
 *
 * @param[in] token what the set gave; consumed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the token was used before
 * @retval ASY_E_INVALID `token` is NULL, or its set was made in another context
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * takes one reference, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_reset(asy_context_token *token) ASY_NOEXCEPT {
  auto *t = core_of<context_token>(token);
  if (!t) return ASY_E_INVALID;
  const asy_status status = context_reset(*t);
  context_token_unref(t);
  return status;
}

/**
 * Take one more reference to a token.
 *
 * @param[in] token the token; borrowed; or NULL
 * @return `token`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context_token *asy_context_token_ref(asy_context_token *token) ASY_NOEXCEPT {
  if (token) core_of<context_token>(token)->refs.fetch_add(1, std::memory_order_relaxed);
  return token;
}

/**
 * Give a token back; what was set stays set.
 *
 * @param[in] token the token; consumed; or NULL
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_context_token_unref(asy_context_token *token) ASY_NOEXCEPT {
  context_token_unref(core_of<context_token>(token));
}

/**
 * Make a context the current one, until asy_context_exit().
 *
 * Strictly nested. Inside a task it holds for that task, across its waits; in a callback at most until it returns.
 *
 * @param[in] context the context; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `context` is NULL
 * @retval ASY_E_STATE it is entered already, here or on another thread
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_enter(asy_context *context) ASY_NOEXCEPT {
  return context ? context_enter(*core_of<libasync::context>(context)) : ASY_E_INVALID;
}

/**
 * Go back to the context in which this one was entered.
 *
 * @param[in] context the context; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `context` is NULL
 * @retval ASY_E_STATE it is not the one that was entered last
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_exit(asy_context *context) ASY_NOEXCEPT {
  return context ? context_exit(*core_of<libasync::context>(context)) : ASY_E_INVALID;
}

/**
 * Visit the variables that a context sets, in the order in which they were first set.
 *
 * What is changed meanwhile is not seen.
 *
 * @param[in] context the context, or NULL for the current one; borrowed
 * @param[in] on_var called for each variable
 * @param[in] user_data handed to `on_var`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `on_var` is NULL
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_visit(asy_context *context, asy_context_cb on_var, void *user_data,
                                     asy_free_cb on_free) ASY_NOEXCEPT {
  if (!on_var) return refuse(ASY_E_INVALID, user_data, on_free);
  context_visit(context ? core_of<libasync::context>(context) : context_slot(), on_var, user_data);
  return refuse(ASY_OK, user_data, on_free);
}

}  // extern "C"
