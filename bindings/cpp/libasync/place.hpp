/** @file
 * @brief Places in the program, for reports. */
#ifndef LIBASYNC_CPP_PLACE_HPP
#define LIBASYNC_CPP_PLACE_HPP
#include <cstddef>
#include <cstdio>
#include <utility>
#if __has_include(<source_location>)
#include <source_location>
#endif

namespace asy::detail {

/** What the compiler tells about a coroutine: its name and file. */
#ifdef __cpp_lib_source_location
using place = std::source_location;
#define ASY_PLACE std::source_location::current()
inline const char *place_name(const place &where) noexcept { return where.function_name(); }
inline const char *place_file(const place &where) noexcept { return where.file_name(); }
#else
using place = const char *;
#define ASY_PLACE __builtin_FUNCTION()
inline const char *place_name(place where) noexcept { return where; }
inline const char *place_file(place) noexcept { return ""; }
#endif

/** Write where in the program, as "file:line"; @return its length, 0 if that is not known */
inline std::size_t place_text(const place &where, char *buffer, std::size_t size) noexcept {
#ifdef __cpp_lib_source_location
  int length = std::snprintf(buffer, size, "%s:%u", where.file_name(), static_cast<unsigned>(where.line()));
  return length > 0 ? static_cast<std::size_t>(length) : 0;
#else
  (void)where, (void)buffer, (void)size;
  return 0;
#endif
}

/** The scope in which a task is made at `where`: text is made of that only in debug mode, when the library asks. */
class spawning {
 public:
  explicit spawning(const place &where) noexcept { here_ = &where; }
  ~spawning() { here_ = nullptr; }
  spawning(const spawning &) = delete;
  spawning &operator=(const spawning &) = delete;

  /** The asy_coroutine.place of all; what a first step spawns inside the scope was made elsewhere. */
  static std::size_t place_of(char *text, std::size_t size, void *) noexcept {
    const place *where = std::exchange(here_, nullptr);
    return where ? place_text(*where, text, size) : 0;
  }

 private:
  static inline thread_local constinit const place *here_ = nullptr;
};

}  // namespace asy::detail
#endif
