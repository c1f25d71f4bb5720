/** @file
 * @brief Errors. */
#include <uv.h>

#include <climits>

#include "capi/handles.hpp"
#include "libasync/task/stack.hpp"

using namespace libasync;
using capi::core;
using capi::handle;

namespace {

asy_error *refuse(asy_status code, void *object, const asy_type *type) noexcept {
  asy_value given = value_object(object, type);
  value_clear_outside(given);
  return handle(error_of(code));
}

struct halves {
  asy_match_cb on_match;
  void *user_data;
  error &whole;
  asy_status status;
  error *match, *rest;
  static void make(void *argument) {
    auto &h = *static_cast<halves *>(argument);
    h.status = error_split(h.whole, h.on_match, h.user_data, h.match, h.rest);
  }
};

/// To where it is wanted, or back.
void give(error *half, asy_error **out) noexcept {
  if (out) *out = handle(half);
  else capi::refuse(ASY_OK, handle(half));
}

/// True when giving up the last reference runs nobody else's code.
bool is_plain(const error &e) noexcept { return !e.object && !e.cause && !e.child_count; }

bool are_whole(asy_error *const *children, size_t count) noexcept {
  bool whole = children && count;
  for (size_t i = 0; whole && i < count; ++i) whole = children[i];
  return whole;
}

}  // namespace

extern "C" {

/**
 * Make an error.
 *
 * The call always gives an error: when memory runs out, the one that says so.
 *
 * @param[in] code what kind of error; anything but a negative code becomes #ASY_E_INVALID
 * @param[in] message a sentence without a full stop; copied; or NULL for the code's own
 * @param[in] options more about it; borrowed for the call; or NULL
 * @return the error; never NULL
 * @par Ownership
 * the caller owns one reference; `options->object` is consumed, also when memory ran out
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_new(asy_status code, const char *message, const asy_error_options *options) ASY_NOEXCEPT {
  asy_error_options with;
  if (const asy_status refused = capi::read_options(options, with)) {
    // Options of a newer version: the object is ours all the same.
    const bool readable = options->size >= offsetof(asy_error_options, type) + sizeof options->type;
    return refuse(refused, readable ? options->object : nullptr, readable ? options->type : nullptr);
  }
  const bool fatal = with.flags & ASY_ERROR_FATAL;
  const bool grouped = !with.child_count || (code == ASY_E_GROUP && are_whole(with.children, with.child_count));
  if (!grouped || code >= 0 || (with.flags & ~uint64_t{ASY_ERROR_FATAL}) || (fatal && code == ASY_E_CANCELLED))
    return refuse(ASY_E_INVALID, with.object, with.type);
  error_details details;
  details.cause = core(with.cause);
  details.traceback = with.traceback;
  details.object = with.object;
  details.type = with.type;
  details.os_code = with.os_code;
  details.fatal = fatal;
  details.children = reinterpret_cast<error *const *>(with.children);
  details.child_count = with.child_count;
  return handle(error_new(code, message, details));
}

/**
 * Tell whether an error asks for the program's end.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_error_is_fatal(const asy_error *error) ASY_NOEXCEPT { return error && core(error)->fatal; }

/**
 * Make an error from the operating system's number.
 *
 * The code is #ASY_E_OS; the numbers for cancelled and out of memory become those
 * codes. The message is `what: ` and the system's words.
 *
 * @param[in] os_code the number, as in `errno`; positive
 * @param[in] what what was tried, with its address or name; copied; or NULL
 * @return the error; never NULL
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_new_os(int64_t os_code, const char *what) ASY_NOEXCEPT {
  if (os_code <= 0 || os_code > INT_MAX) return handle(error_of(ASY_E_INVALID));
  return handle(error_new_uv(uv_translate_sys_error(static_cast<int>(os_code)), what ? what : "system call"));
}

/**
 * Make one error out of several.
 *
 * Its code is #ASY_E_GROUP, also for a single child.
 *
 * @param[in] message a sentence without a full stop; copied; or NULL for the code's own
 * @param[in] children the errors; borrowed, the group takes a reference to each
 * @param[in] count how many; without any, or with a NULL among them, the result is an #ASY_E_INVALID error
 * @return the error; never NULL
 * @par Ownership
 * the caller owns one reference, and keeps those to the children
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_new_group(const char *message, asy_error *const *children, size_t count) ASY_NOEXCEPT {
  if (!are_whole(children, count)) return handle(error_of(ASY_E_INVALID));
  error_details details;
  details.children = reinterpret_cast<error *const *>(children);
  details.child_count = count;
  return handle(error_new(ASY_E_GROUP, message, details));
}

/**
 * Split a tree of errors into those that match and the rest.
 *
 * Each half keeps the nesting, and the messages, causes and tracebacks of the groups above its
 * errors, which are the same objects; a group's own foreign object stays with the whole. A half
 * that has all of them is the error itself. An error without children is a tree of one.
 *
 * @param[in] error the error; borrowed
 * @param[in] on_match asked once for each error without children, in their order
 * @param[in] user_data handed to `on_match`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_match receives those that match, or NULL when none does; or NULL
 * @param[out] out_rest receives the others, or NULL when there are none; or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM memory ran out; both are NULL
 * @par Ownership
 * the caller owns one reference in `*out_match` and `*out_rest`; takes `user_data`, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_error_split(asy_error *error, asy_match_cb on_match, void *user_data, asy_free_cb on_free,
                                   asy_error **out_match, asy_error **out_rest) ASY_NOEXCEPT {
  if (out_match) *out_match = nullptr;
  if (out_rest) *out_rest = nullptr;
  if (!error || !on_match) return capi::refuse(ASY_E_INVALID, user_data, on_free);
  halves split{on_match, user_data, *core(error), ASY_OK, nullptr, nullptr};
  run_outside(halves::make, &split);
  give(split.match, out_match);
  give(split.rest, out_rest);
  return capi::refuse(split.status, user_data, on_free);
}

/**
 * Take one more reference to an error.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return `error`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_ref(asy_error *error) ASY_NOEXCEPT {
  if (error) error_ref(core(error));
  return error;
}

/**
 * Give a reference to an error back.
 *
 * @param[in] error the error; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_error_unref(asy_error *error) ASY_NOEXCEPT {
  if (!error) return;
  if (is_plain(*core(error))) error_unref(core(error));
  else run_outside([](void *last) { error_unref(static_cast<libasync::error *>(last)); }, error);
}

/**
 * Tell what kind of error it is.
 *
 * Cancelled is #ASY_E_CANCELLED, and no kind of failure.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return the code, or #ASY_OK for NULL
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_error_code(const asy_error *error) ASY_NOEXCEPT {
  return error ? reinterpret_cast<const libasync::error *>(error)->code : ASY_OK;
}

/**
 * Read an error's message.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return the message; "" for NULL
 * @par Ownership
 * nothing changes hands; the text lives as long as the error
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const char *asy_error_message(const asy_error *error) ASY_NOEXCEPT { return error ? core(error)->message : ""; }

/**
 * Read the operating system's number for an error.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return the number, as in `errno`; 0 when the system had no part in it
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int64_t asy_error_os_code(const asy_error *error) ASY_NOEXCEPT { return error ? core(error)->os_code : 0; }

/**
 * Get at the error that an error follows from.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return the cause, or NULL
 * @par Ownership
 * nothing changes hands; the cause lives as long as the error
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_cause(const asy_error *error) ASY_NOEXCEPT {
  return error ? handle(core(error)->cause) : nullptr;
}

/**
 * Count the errors in a group.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return how many; 0 when it is no group
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API size_t asy_error_child_count(const asy_error *error) ASY_NOEXCEPT {
  return error ? core(error)->child_count : 0;
}

/**
 * Get at an error in a group.
 *
 * @param[in] error the group; borrowed; or NULL
 * @param[in] index 0 for the first
 * @return the error, or NULL when there is none
 * @par Ownership
 * nothing changes hands; the child lives as long as the group
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_child(const asy_error *error, size_t index) ASY_NOEXCEPT {
  return index < asy_error_child_count(error) ? handle(core(error)->children[index]) : nullptr;
}

/**
 * Read where an error came from, in the words of the language that raised it.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return the traceback's text; "" without one
 * @par Ownership
 * nothing changes hands; the text lives as long as the error
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const char *asy_error_traceback(const asy_error *error) ASY_NOEXCEPT {
  return error ? core(error)->traceback : "";
}

/**
 * Get at the language's own object behind an error.
 *
 * An error that leaves a language and comes back carries the same object.
 *
 * @param[in] error the error; borrowed; or NULL
 * @param[in] type the wanted type; borrowed; or NULL for any
 * @return the object, or NULL when there is none or it is of another type
 * @par Ownership
 * nothing changes hands; the object lives as long as the error
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void *asy_error_object(const asy_error *error, const asy_type *type) ASY_NOEXCEPT {
  if (!error) return nullptr;
  return !type || core(error)->type == type ? core(error)->object : nullptr;
}

}  // extern "C"
