#pragma once
#include <atomic>

#include "libasync/base/abi.h"
#include "libasync/base/alloc.hpp"

namespace libasync {

/// An immutable error, in one block with its texts and children; counted atomically.
struct error {
  static constexpr uint32_t immortal = UINT32_MAX;
  std::atomic<uint32_t> refs;
  asy_status code;
  bool fatal;     // leaves the run, and is hidden in no group
  bool of_scope;  // a cancel that a scope asks for itself: no user waits for it to be honoured
  int64_t os_code;
  error *cause;
  void *object;
  const asy_type *type;
  const char *message;
  const char *traceback;
  std::size_t child_count;
  error **children;
};

struct error_details {
  error *cause = nullptr;           // borrowed
  const char *traceback = nullptr;  // copied
  void *object = nullptr;           // consumed
  const asy_type *type = nullptr;
  int64_t os_code = 0;
  error *const *children = nullptr;  // borrowed, a reference each is taken
  std::size_t child_count = 0;
  bool fatal = false;
};

/// The immortal error of a status; needs no memory.
error *error_of(asy_status code) noexcept;
/// Never NULL: without memory it is the immortal out-of-memory error.
error *error_new(asy_status code, const char *message, const error_details &details = {}) noexcept;
/// From a negative libuv status: the code that fits and "what: reason".
error *error_new_uv(int status, const char *what) noexcept;
inline error *error_ref(error *e) noexcept {
  if (e->refs.load(std::memory_order_relaxed) != error::immortal) e->refs.fetch_add(1, std::memory_order_relaxed);
  return e;
}
void error_unref(error *e) noexcept;
/// One like `from` with another cause and other children, all borrowed. NULL without memory.
error *error_derive(error &from, error *cause, error *const *children, std::size_t child_count) noexcept;
/// The tree of those leaves that match, and that of the others, each NULL when it has none: the error
/// itself when it has all. Runs foreign code.
asy_status error_split(error &e, asy_match_cb on_match, void *user_data, error *&match, error *&rest) noexcept;

const char *status_name(asy_status code) noexcept;
/// A sentence that says what happened and what to do.
const char *status_text(asy_status code) noexcept;

}  // namespace libasync
