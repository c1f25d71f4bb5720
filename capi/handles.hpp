#pragma once
// What a handle is; the only place where C++ meets C.
#include <cstring>
#include <type_traits>

#include "capi/export.h"
#include "capi/types.h"
#include "libasync/task/future.hpp"
#include "libasync/task/stack.hpp"
#include "libasync/task/task.hpp"

namespace libasync::capi {

inline loop *core(asy_loop *l) noexcept { return reinterpret_cast<loop *>(l); }
inline const loop *core(const asy_loop *l) noexcept { return reinterpret_cast<const loop *>(l); }
inline asy_loop *handle(loop *l) noexcept { return reinterpret_cast<asy_loop *>(l); }
inline future *core(asy_future *f) noexcept { return reinterpret_cast<future *>(f); }
inline future *core(const asy_future *f) noexcept { return reinterpret_cast<future *>(const_cast<asy_future *>(f)); }
inline asy_future *handle(future *f) noexcept { return reinterpret_cast<asy_future *>(f); }
inline error *core(asy_error *e) noexcept { return reinterpret_cast<error *>(e); }
inline const error *core(const asy_error *e) noexcept { return reinterpret_cast<const error *>(e); }
inline asy_error *handle(error *e) noexcept { return reinterpret_cast<asy_error *>(e); }
inline bytes *core(asy_bytes *b) noexcept { return reinterpret_cast<bytes *>(b); }
inline asy_bytes *handle(bytes *b) noexcept { return reinterpret_cast<asy_bytes *>(b); }

/// The object behind an opaque handle of one kind of its own, such as a queue.
template <class Core, class Handle>
Core *core_of(Handle *h) noexcept {
  return reinterpret_cast<Core *>(const_cast<std::remove_const_t<Handle> *>(h));
}
template <class Handle, class Core>
Handle *handle_of(Core *c) noexcept {
  return reinterpret_cast<Handle *>(c);
}

/// Consumes a callback that will not be registered.
inline asy_status refuse(asy_status status, void *user_data, asy_free_cb on_free) noexcept {
  if (on_free) run_outside(on_free, user_data);
  return status;
}
inline asy_future *refuse_future(asy_status status, void *user_data, asy_free_cb on_free) noexcept {
  refuse(status, user_data, on_free);
  return handle(future_of(status));
}

/// Consumes a value that will not be used.
inline asy_status refuse(asy_status status, asy_value *value) noexcept {
  asy_value taken = value_take(value);
  value_clear_outside(taken);
  return status;
}

/// Consumes an error that will not be used, or NULL.
inline asy_status refuse(asy_status status, asy_error *error) noexcept {
  if (error) run_outside([](void *unused) { error_unref(static_cast<libasync::error *>(unused)); }, error);
  return status;
}

/// What a call answers on an object that cannot be used from here, or with wrong arguments.
[[gnu::cold, gnu::noinline]] inline asy_future *refuse_call(const object *o) noexcept {
  const asy_status refused = object_check(o);
  return handle(future_of(refused ? refused : ASY_E_INVALID));
}

/// What a cancel that cannot be asked for, or withdrawn, answers: what is done, or nothing, has none; elsewhere it is
/// refused.
inline int32_t not_cancelled(asy_status refused) noexcept {
  return refused == ASY_E_WRONG_THREAD || refused == ASY_E_FORKED ? refused : 0;
}

/// Reads an options structure from a caller built against any version.
template <class Options>
asy_status read_options(const Options *from, Options &to) noexcept {
  static_assert(std::is_trivially_copyable_v<Options> && std::has_unique_object_representations_v<Options>,
                "options have no padding");
  to = Options{};
  if (from) {
    if (from->size < sizeof from->size) return ASY_E_INVALID;
    const auto *raw = reinterpret_cast<const unsigned char *>(from);
    for (std::size_t i = sizeof(Options); i < from->size; ++i)
      if (raw[i]) return ASY_E_INVALID;  // a newer caller asks for what this version cannot do
    std::memcpy(&to, from, from->size < sizeof(Options) ? from->size : sizeof(Options));
  }
  to.size = sizeof(Options);
  return ASY_OK;
}

/// The same for a table of callbacks, whose data is consumed where it can be read.
template <class Table>
asy_status read_callbacks(const Table *from, Table &to) noexcept {
  const asy_status status = from ? read_options(from, to) : ASY_E_INVALID;
  const bool readable = from && from->size >= sizeof(Table);
  return status && readable ? refuse(status, from->user_data, from->on_free) : status;
}

inline bool loop_options_are_sound(const asy_loop_options &wanted) noexcept {
  return !(wanted.flags & ~uint32_t{ASY_LOOP_VIRTUAL_CLOCK | ASY_LOOP_NO_DRAIN | ASY_LOOP_DEBUG});
}

}  // namespace libasync::capi
