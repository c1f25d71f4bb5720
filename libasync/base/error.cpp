#include "libasync/base/error.hpp"

#include <uv.h>

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
  // Causes and groups can go deep: no recursion along them.
  error *dead = nullptr;  // linked by `object`, which each has given up by then
  const auto drop = [&dead](error *one) noexcept {
    if (one->refs.load(std::memory_order_relaxed) == error::immortal) return;
    if (one->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (one->object && one->type && one->type->release) one->type->release(one->object);
    one->object = dead;
    dead = one;
  };
  drop(e);
  while (error *const done = dead) {
    dead = static_cast<error *>(done->object);
    for (std::size_t i = 0; i < done->child_count; ++i) drop(done->children[i]);
    if (done->cause) drop(done->cause);
    deallocate(done);
  }
}

error *error_derive(error &from, error *cause, error *const *children, std::size_t child_count) noexcept {
  error_details details;
  details.cause = cause;
  details.traceback = from.traceback;
  details.os_code = from.os_code;
  details.children = children;
  details.child_count = child_count;
  error *const made = error_new(from.code, from.message, details);
  return made == error_of(ASY_E_NOMEM) ? nullptr : made;
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
