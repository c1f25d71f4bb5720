#include "libasync/base/text.hpp"

#include <cstdarg>
#include <cstdio>

namespace libasync {

void text::add(const char *format, ...) noexcept {
  const std::size_t room = length < size ? size - length : 0;
  va_list arguments;
  va_start(arguments, format);
  const int added = std::vsnprintf(room ? buffer + length : nullptr, room, format, arguments);
  va_end(arguments);
  if (added > 0) length += static_cast<std::size_t>(added);
}

}  // namespace libasync
