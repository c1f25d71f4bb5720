#include "libasync/base/error.hpp"

#include <uv.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>

namespace libasync {

error *error_new(asy_status code, const char *message, const error_details &details) noexcept {
  if (!message) message = status_text(code);
  const char *traceback = details.traceback ? details.traceback : "";
  const std::size_t message_size = std::strlen(message) + 1, traceback_size = std::strlen(traceback) + 1;
  const std::size_t children_size = details.child_count * sizeof(error *);
  void *block = allocate(sizeof(error) + children_size + message_size + traceback_size);
  if (!block) {
    if (details.object && details.type && details.type->release) details.type->release(details.object);
    return error_of(ASY_E_NOMEM);
  }
  auto *made = new (block) error{};
  made->refs.store(1, std::memory_order_relaxed);
  made->code = code;
  made->fatal = details.fatal;
  made->os_code = details.os_code;
  made->cause = details.cause ? error_ref(details.cause) : nullptr;
  made->object = details.object;
  made->type = details.type;
  made->child_count = details.child_count;
  made->children = reinterpret_cast<error **>(made + 1);
  for (std::size_t i = 0; i < details.child_count; ++i) made->children[i] = error_ref(details.children[i]);
  char *text = reinterpret_cast<char *>(made->children + details.child_count);
  made->message = static_cast<const char *>(std::memcpy(text, message, message_size));
  made->traceback = static_cast<const char *>(std::memcpy(text + message_size, traceback, traceback_size));
  return made;
}

void error_unref(error *e) noexcept {
  // A chain of causes can be long: no recursion along it.
  while (e) {
    if (e->refs.load(std::memory_order_relaxed) == error::immortal) return;
    if (e->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (e->object && e->type && e->type->release) e->type->release(e->object);
    for (std::size_t i = 0; i < e->child_count; ++i) error_unref(e->children[i]);
    error *const cause = e->cause;
    deallocate(e);
    e = cause;
  }
}

namespace {

/// A group of some of `whole`'s children or what became of them, else like it. NULL for none, or without memory.
error *part_of(error &whole, error *const *children, std::size_t count) noexcept {
  if (!count) return nullptr;
  if (count == whole.child_count && std::equal(children, children + count, whole.children)) return error_ref(&whole);
  error_details details;
  details.cause = whole.cause;
  details.traceback = whole.traceback;
  details.os_code = whole.os_code;
  details.children = children;
  details.child_count = count;
  error *const made = error_new(whole.code, whole.message, details);
  return made == error_of(ASY_E_NOMEM) ? nullptr : made;
}

void release(error **errors, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) error_unref(errors[i]);
}

}  // namespace

asy_status error_split(error &e, asy_match_cb on_match, void *user_data, error *&match, error *&rest) noexcept {
  match = rest = nullptr;
  if (!e.child_count) {
    (on_match(reinterpret_cast<asy_error *>(&e), user_data) ? match : rest) = error_ref(&e);
    return ASY_OK;
  }
  auto **const matching = static_cast<error **>(allocate(2 * e.child_count * sizeof(error *)));
  if (!matching) return ASY_E_NOMEM;
  error **const others = matching + e.child_count;
  std::size_t matched = 0, left = 0;
  asy_status status = ASY_OK;
  for (std::size_t i = 0; !status && i < e.child_count; ++i) {
    status = error_split(*e.children[i], on_match, user_data, matching[matched], others[left]);
    matched += matching[matched] != nullptr;
    left += others[left] != nullptr;
  }
  if (!status) {
    match = part_of(e, matching, matched);
    rest = part_of(e, others, left);
    if ((matched && !match) || (left && !rest)) status = ASY_E_NOMEM;
  }
  if (status) {
    if (match) error_unref(match);
    if (rest) error_unref(rest);
    match = rest = nullptr;
  }
  release(matching, matched);
  release(others, left);
  deallocate(matching);
  return status;
}

error *error_new_uv(int status, const char *what) noexcept {
  asy_status code = ASY_E_OS;
  switch (status) {
    case UV_ENOMEM: return error_of(ASY_E_NOMEM);
    case UV_ECANCELED: code = ASY_E_CANCELLED; break;
    case UV_EAI_NONAME:
    case UV_EAI_NODATA:
    case UV_EAI_SERVICE:
    case UV_EAI_ADDRFAMILY:
    case UV_EAI_FAIL:
    case UV_EAI_AGAIN: code = ASY_E_NOT_FOUND; break;
    default: break;
  }
  char reason[128], message[512];
  std::snprintf(message, sizeof message, "%s: %s", what, uv_strerror_r(status, reason, sizeof reason));
  error_details details;
  // libuv's numbers are negated errno values where the system has errno.
  details.os_code = code == ASY_E_OS ? -static_cast<int64_t>(status) : 0;
  return error_new(code, message, details);
}

}  // namespace libasync
