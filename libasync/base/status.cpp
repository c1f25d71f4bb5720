#include "libasync/base/error.hpp"

namespace libasync {
namespace {

struct status_entry {
  const char *name, *text;
};

constexpr status_entry entries[] = {
    {"ASY_OK", "success"},
    {"ASY_E_CANCELLED", "the operation was cancelled"},
    {"ASY_E_INVALID", "an argument is NULL, out of range or of the wrong kind"},
    {"ASY_E_NOMEM", "out of memory"},
    {"ASY_E_CLOSED", "it is closed; make a new one"},
    {"ASY_E_WRONG_THREAD", "the loop is owned by another thread; use a _threadsafe call or a promise"},
    {"ASY_E_WRONG_LOOP", "the object belongs to another loop; bridge the future first"},
    {"ASY_E_STATE", "the call does not fit the present state"},
    {"ASY_E_TIMEOUT", "the deadline passed"},
    {"ASY_E_BROKEN_PROMISE", "the promise was dropped without a result"},
    {"ASY_E_EOF", "the stream ended before enough bytes came"},
    {"ASY_E_LIMIT", "the separator did not come within the stream's limit; raise the limit or read the bytes"},
    {"ASY_E_OS", "the operating system refused"},
    {"ASY_E_FORKED", "the loop was made before a fork; make a new one in the child"},
    {"ASY_E_GROUP", "several errors"},
    {"ASY_E_FOREIGN", "an error raised by a language's own code"},
    {"ASY_E_AGAIN", "not possible without waiting"},
    {"ASY_E_NOT_FOUND", "the host name or service is not known"},
    {"ASY_E_END", "no further item"},
    {"ASY_E_BUSY", "another operation of the same kind is running; wait for it first"},
    {"ASY_E_UNSUPPORTED", "not supported on this platform or in this build"},
    {"ASY_E_INTERNAL", "an exception that nobody handled"},
    {"ASY_E_BROKEN", "the barrier is broken; reset it"},
    {"ASY_E_INTERRUPTED", "a SIGINT ended the run"},
    {"ASY_E_SLOW", "something held the loop up"},
};
constexpr int count = sizeof entries / sizeof *entries;

const status_entry &entry_of(asy_status code) noexcept {
  static constexpr status_entry unknown{"ASY_E_UNKNOWN", "an error this version does not know"};
  return code <= 0 && code > -count ? entries[-code] : unknown;
}

/// One immortal error per status; filled at compile time, so that it is there without memory.
struct immortals {
  error of[count];
};

immortals &all() noexcept {
  static immortals *const made = [] {
    alignas(immortals) static char storage[sizeof(immortals)];
    auto *place = reinterpret_cast<immortals *>(storage);
    for (int i = 0; i < count; ++i) {
      error &e = place->of[i];
      e.refs.store(error::immortal, std::memory_order_relaxed);
      e.code = -i;
      e.message = entries[i].text;
      e.traceback = "";
    }
    return place;
  }();
  return *made;
}

}  // namespace

const char *status_name(asy_status code) noexcept { return entry_of(code).name; }
const char *status_text(asy_status code) noexcept { return entry_of(code).text; }
error *error_of(asy_status code) noexcept { return &all().of[code < 0 && code > -count ? -code : -ASY_E_INTERNAL]; }

}  // namespace libasync
