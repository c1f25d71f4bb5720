/** @file
 * @brief C++ objects as opaque values: what other languages carry but cannot look into. */
#ifndef LIBASYNC_CPP_BOX_HPP
#define LIBASYNC_CPP_BOX_HPP
#include <libasync.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace asy::detail {

/** Storage for a type's name, cut out of the compiler's name of a function. */
template <std::size_t Size>
struct fixed_text {
  char data[Size + 1] = {};
};

template <class T>
constexpr auto type_text() noexcept {
  constexpr auto position = [](const char *text, char wanted) {
    std::size_t at = 0;
    while (text[at] && text[at] != wanted) ++at;
    return at;
  };
  // "constexpr auto asy::detail::type_text() [with T = int]" or "... [T = int]"
  constexpr std::size_t start = position(__PRETTY_FUNCTION__, '=') + 2;
  constexpr std::size_t end = sizeof(__PRETTY_FUNCTION__) - 2;
  fixed_text<end - start> result;
  for (std::size_t i = start; i < end; ++i) result.data[i - start] = __PRETTY_FUNCTION__[i];
  return result;
}
template <class T>
inline constexpr auto type_name = type_text<T>();

/** A counted object; any thread may hold references. */
template <class T>
struct box {
  explicit box(T &&from) : item(std::move(from)) {}
  std::atomic<std::uint32_t> count{1};
  /** Set by the one that moved the item out. */
  std::atomic<bool> is_taken{false};
  T item;

  static void retain(void *self) noexcept { static_cast<box *>(self)->count.fetch_add(1, std::memory_order_relaxed); }
  static void release(void *self) noexcept {
    box *object = static_cast<box *>(self);
    if (object->count.fetch_sub(1, std::memory_order_acq_rel) == 1) delete object;
  }
};

/**
 * The descriptor of a boxed type; one address per program, also in parts that hide their symbols.
 * Unless `T` is hidden; and a program that loads plugins exports its symbols to them (-rdynamic).
 */
template <class T>
[[gnu::visibility("default")]] inline constexpr asy_type box_type = {sizeof(asy_type), type_name<T>.data,
                                                                     box<T>::retain, box<T>::release, 0};

}  // namespace asy::detail
#endif
