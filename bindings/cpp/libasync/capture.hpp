/** @file
 * @brief From the exception being handled to an error, and groups of errors taken apart. */
#ifndef LIBASYNC_CPP_CAPTURE_HPP
#define LIBASYNC_CPP_CAPTURE_HPP
#include "error.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <new>

namespace asy {
namespace detail {

/** Name of the exception being handled; "C++ exception" when it has none. */
inline std::string exception_name() {
  const std::type_info *type = abi::__cxa_current_exception_type();
  if (!type) return "C++ exception";
  int status = 0;
  char *name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
  std::string text = name ? name : type->name();
  std::free(name);
  return text;
}

/** @return whether the exception being handled, an asy::error, is of class `E` and of none derived from it */
template <class E>
bool is_exactly([[maybe_unused]] const error &thrown) noexcept {
#ifdef __cpp_rtti
  return typeid(thrown) == typeid(E);
#else
  try {
    return exception_name() == type_name<E>.data;
  } catch (...) {  // no memory to compare the names
    return true;
  }
#endif
}

/** Wrap the exception being handled, so that C++ gets the same object back. */
inline asy_error *wrap_exception(const char *what, const char *traceback) noexcept {
  try {
    std::string message = exception_name();
    if (what) message.append(": ").append(what);
    asy_error_options options{};
    options.size = sizeof options;
    options.traceback = traceback;
    options.object = new box<std::exception_ptr>(std::current_exception());
    options.type = &box_type<std::exception_ptr>;
    return asy_error_new(ASY_E_FOREIGN, message.c_str(), &options);
  } catch (...) {
    return asy_error_new(ASY_E_NOMEM, nullptr, nullptr);
  }
}

/**
 * Make an error of the exception being handled.
 * @param known an error that was thrown before, borrowed or NULL; given again if it is this exception
 * @param traceback the frames it came through, copied or NULL
 * @return the error, owned
 */
[[gnu::cold, gnu::noinline]] inline asy_error *capture(asy_error *known, const char *traceback) noexcept {
  if (known) {
    const std::exception_ptr *original = carried(known);
    if (original && *original == std::current_exception()) return asy_error_ref(known);
  }
  try {
    throw;
  } catch (const cancelled &e) {
    return asy_error_ref(e.raw());
  } catch (const error &e) {
    // A class derived by the user would come back as its base: it travels as a foreign object.
    auto is_plain = [&e]<class E>(std::type_identity<E>) { return is_exactly<E>(e); };
    if (is_exactly<error>(e) || with_class(e.code(), is_plain)) return asy_error_ref(e.raw());
    return wrap_exception(e.what(), traceback);
  } catch (const std::exception &e) {
    return wrap_exception(e.what(), traceback);
  } catch (...) {
    return wrap_exception(nullptr, traceback);
  }
}

}  // namespace detail

template <class Match>
group_error::halves group_error::split(Match match) const {
  struct asked {
    Match &match;
    std::exception_ptr failure;
  } all{match, nullptr};
  asy_match_cb ask = [](asy_error *leaf, void *self) -> std::int32_t {
    asked &one = *static_cast<asked *>(self);
    try {
      return !one.failure && static_cast<bool>(one.match(error(borrow, leaf)));
    } catch (...) {
      one.failure = std::current_exception();
      return 0;
    }
  };
  asy_error *matching = nullptr, *rest = nullptr;
  check(asy_error_split(raw(), ask, &all, nullptr, &matching, &rest));
  halves result;
  if (matching) result.matching.emplace(adopt, matching);
  if (rest) result.rest.emplace(adopt, rest);
  if (all.failure) std::rethrow_exception(all.failure);
  return result;
}

template <class Exception>
bool group_error::contains() const {
  for (const error &child : children()) {
    try {
      child.rethrow();
    } catch (const Exception &) {
      return true;
    } catch (const group_error &inner) {
      if (inner.contains<Exception>()) return true;
    } catch (...) {}
  }
  return false;
}

}  // namespace asy
#endif
