/** @file
 * @brief Errors as exceptions: what an await throws, and what a task's exception becomes. */
#ifndef LIBASYNC_CPP_ERROR_HPP
#define LIBASYNC_CPP_ERROR_HPP
#include "box.hpp"
#include "bytes.hpp"
#include "counted.hpp"

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <typeinfo>
#include <vector>

namespace asy {

namespace detail {
using error_handle = counted<asy_error, asy_error_ref, asy_error_unref>;
std::exception_ptr to_exception(asy_error *error);
}  // namespace detail

/**
 * A failure; the base of all but asy::cancelled.
 *
 * Holds a reference to the immutable C error, so copying costs a count. Any thread. An exception of
 * another type that leaves a task is thrown again as itself where the task is awaited in C++.
 */
class error : public std::exception {
 public:
  /** Make an error to throw; the texts are copied. */
  explicit error(asy_status code, const char *message = nullptr)
      : handle_(adopt, asy_error_new(code, message, nullptr)) {}
  error(asy_status code, const std::string &message) : error(code, message.c_str()) {}
  /** Make one that asks for the program's end: where it ends a task, the loop's run throws it at once. */
  static error fatal(asy_status code, const char *message) {
    asy_error_options options{};
    options.size = sizeof options;
    options.flags = ASY_ERROR_FATAL;
    return error(adopt, asy_error_new(code, message, &options));
  }
  error(adopt_t, asy_error *raw) noexcept : handle_(adopt, raw) {}
  error(borrow_t, asy_error *raw) noexcept : handle_(borrow, raw) {}

  /** @return whether it asks for the program's end: it then leaves the loop's run at once */
  bool is_fatal() const noexcept { return asy_error_is_fatal(raw()); }
  /** @return one of #asy_status_code */
  asy_status code() const noexcept { return asy_error_code(raw()); }
  /** @return the text, valid as long as this object */
  std::string_view message() const noexcept { return asy_error_message(raw()); }
  const char *what() const noexcept override { return asy_error_message(raw()); }
  /** @return the text of the trace where it was raised, or "" */
  std::string_view traceback() const noexcept { return asy_error_traceback(raw()); }
  /** @return what it follows from */
  std::optional<error> cause() const {
    asy_error *raw_cause = asy_error_cause(raw());
    return raw_cause ? std::optional<error>(error(borrow, raw_cause)) : std::nullopt;
  }
  /** @return the errors of a group, in the order in which they happened */
  std::vector<error> children() const {
    std::vector<error> all;
    for (std::size_t i = 0, count = asy_error_child_count(raw()); i < count; ++i)
      all.push_back(error(borrow, asy_error_child(raw(), i)));
    return all;
  }
  /** @return what an await of this error throws: the original object if C++ raised it */
  std::exception_ptr exception() const { return detail::to_exception(raw()); }
  /** Throw what an await of this error throws. */
  [[noreturn]] void rethrow() const { std::rethrow_exception(exception()); }
  /** @return the C error, borrowed */
  asy_error *raw() const noexcept { return handle_.raw(); }

 private:
  detail::error_handle handle_;
};

/**
 * The operation or the task was cancelled.
 *
 * No asy::error and no std::exception, so that handlers of failures let it pass; only
 * `catch (const asy::cancelled &)` and `catch (...)` see it. Throw it on after cleaning up.
 */
class cancelled {
 public:
  explicit cancelled(const char *message = nullptr)
      : handle_(adopt, asy_error_new(ASY_E_CANCELLED, message, nullptr)) {}
  cancelled(borrow_t, asy_error *raw) noexcept : handle_(borrow, raw) {}

  /** @return the message of the request, valid as long as this object */
  std::string_view message() const noexcept { return asy_error_message(raw()); }
  /** @return the C error, borrowed */
  asy_error *raw() const noexcept { return handle_.raw(); }

 private:
  detail::error_handle handle_;
};

/** A deadline passed (#ASY_E_TIMEOUT). */
class timeout_error final : public error {
  using error::error;
};
/** The loop, stream, server or queue is closed (#ASY_E_CLOSED). */
class closed_error final : public error {
  using error::error;
};
/** The call does not fit the state the object is in (#ASY_E_STATE). */
class state_error final : public error {
  using error::error;
};
/** A promise was dropped without a result (#ASY_E_BROKEN_PROMISE). */
class broken_promise final : public error {
  using error::error;
};
/** A barrier was reset or aborted (#ASY_E_BROKEN). */
class broken_barrier final : public error {
  using error::error;
};
/** SIGINT ended the program (#ASY_E_INTERRUPTED). */
class interrupted_error final : public error {
  using error::error;
};
/** A separator did not come within the stream's limit (#ASY_E_LIMIT). */
class limit_error final : public error {
  using error::error;
};
/** The host name or service is not known (#ASY_E_NOT_FOUND). */
class not_found_error final : public error {
  using error::error;
};

/** The operating system refused (#ASY_E_OS). */
class os_error final : public error {
 public:
  using error::error;
  /** Make one for an `errno`; `what` names the operation. */
  static os_error of(int number, const char *what) { return os_error(adopt, asy_error_new_os(number, what)); }
  /** @return errno's value as a code of the system category, comparable with std::errc */
  std::error_code os_code() const noexcept {
    return {static_cast<int>(asy_error_os_code(raw())), std::system_category()};
  }
};

/** The stream ended before enough bytes came (#ASY_E_EOF). */
class eof_error final : public error {
 public:
  using error::error;
  /** @return the bytes that did come */
  bytes partial() const noexcept {
    return bytes(borrow, static_cast<asy_bytes *>(asy_error_object(raw(), asy_bytes_type())));
  }
};

/** Several errors, each in children() (#ASY_E_GROUP). */
class group_error final : public error {
 public:
  using error::error;
  /** Make a group of errors. */
  static group_error of(const char *message, const std::vector<error> &children) {
    std::vector<asy_error *> raw;
    for (const error &child : children) raw.push_back(child.raw());
    return group_error(adopt, asy_error_new_group(message, raw.data(), raw.size()));
  }
  /** The two halves of a split; an empty half holds nothing. */
  struct halves;
  /**
   * Part the tree of errors in those that match and the rest.
   * @param match called with each error (asy::error) that is no group; says true for the first half
   */
  template <class Match>
  halves split(Match match) const;
  /** @return whether an error of the tree was thrown as an `Exception`, or as a class derived from it */
  template <class Exception>
  bool contains() const;
};

struct group_error::halves {
  std::optional<group_error> matching;
  std::optional<group_error> rest;
};

namespace detail {

/** The one table of code -> class: calls `use` with the type that an await of such an error throws. */
template <class Use>
auto with_class(asy_status code, Use use) {
  switch (code) {
    case ASY_E_CANCELLED: return use(std::type_identity<cancelled>());
    case ASY_E_TIMEOUT: return use(std::type_identity<timeout_error>());
    case ASY_E_CLOSED: return use(std::type_identity<closed_error>());
    case ASY_E_STATE: return use(std::type_identity<state_error>());
    case ASY_E_BROKEN_PROMISE: return use(std::type_identity<broken_promise>());
    case ASY_E_BROKEN: return use(std::type_identity<broken_barrier>());
    case ASY_E_INTERRUPTED: return use(std::type_identity<interrupted_error>());
    case ASY_E_LIMIT: return use(std::type_identity<limit_error>());
    case ASY_E_NOT_FOUND: return use(std::type_identity<not_found_error>());
    case ASY_E_OS: return use(std::type_identity<os_error>());
    case ASY_E_EOF: return use(std::type_identity<eof_error>());
    case ASY_E_GROUP: return use(std::type_identity<group_error>());
    default: return use(std::type_identity<error>());
  }
}

/** @return the exception that an error carries, or NULL if C++ did not raise it */
inline const std::exception_ptr *carried(const asy_error *raw) noexcept {
  auto *found = static_cast<box<std::exception_ptr> *>(asy_error_object(raw, &box_type<std::exception_ptr>));
  return found ? &found->item : nullptr;
}

/** Throw what stands for an error; borrowed. */
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_error(asy_error *raw) {
  if (const std::exception_ptr *original = carried(raw)) std::rethrow_exception(*original);
  with_class(asy_error_code(raw), [raw]<class E>(std::type_identity<E>) { throw E(borrow, raw); });
  std::terminate();  // not reached: every branch above throws
}

inline std::exception_ptr to_exception(asy_error *raw) {
  if (const std::exception_ptr *original = carried(raw)) return *original;
  return with_class(asy_error_code(raw),
                    [raw]<class E>(std::type_identity<E>) { return std::make_exception_ptr(E(borrow, raw)); });
}

asy_error *capture(asy_error *known = nullptr, const char *traceback = nullptr) noexcept;

/** @return the error for an exception, owned */
inline asy_error *to_error(const std::exception_ptr &exception) noexcept {
  if (!exception) return asy_error_new(ASY_E_INVALID, "an exception was expected, got a null one", nullptr);
  try {
    std::rethrow_exception(exception);
  } catch (...) {
    return capture();
  }
}

/** For destructors, which cannot throw: tell the running loop of a call that did not fit. */
[[gnu::cold, gnu::noinline]] inline void report_misuse(const char *message, const char *what) noexcept {
  asy_loop *loop = asy_loop_current();
  error_handle misuse(adopt, asy_error_new(ASY_E_STATE, message, nullptr));
  if (loop) asy_loop_report(loop, misuse.raw(), what);
}

}  // namespace detail

/**
 * Throw what a status of the C ABI says; nothing for zero and above.
 * @param advice what #ASY_E_STATE means there and what to do; nullptr for the general text
 */
inline void check(asy_status status, const char *advice = nullptr) {
  if (status < 0) [[unlikely]]
    detail::throw_error(error(status, status == ASY_E_STATE ? advice : nullptr).raw());
}

}  // namespace asy
#endif
