/** @file
 * @brief A stream's lines, one after the other. */
#ifndef LIBASYNC_CPP_LINES_HPP
#define LIBASYNC_CPP_LINES_HPP
#include "for_each.hpp"
#include "stream.hpp"

namespace asy {

/**
 * The lines of a stream until its end, without their "\n"; the last one need not have any.
 *
 *     co_await asy::for_each(asy::lines(peer), [](const std::string &line) { use(line); });
 *     while (auto line = co_await asy::with_timeout(30s, items.next())) use(*line);
 *
 * A line longer than the stream's limit fails with limit_error. The stream stays open.
 */
inline generator<std::string> lines(stream from) {
  for (bool is_last = false; !is_last;) {
    bytes line;
    try {
      line = co_await from.read_until("\n");
    } catch (const eof_error &end) {
      is_last = true;
      line = end.partial();
      if (line.empty()) co_return;
    }
    std::string_view text = line.view();
    co_yield std::string(is_last ? text : text.substr(0, text.size() - 1));
  }
}

}  // namespace asy
#endif
