#ifndef PATTERNS_CHUNKS_HPP
#define PATTERNS_CHUNKS_HPP
#include <libasync.hpp>

/* Long computing that lets the others run after every chunk. */
template <class F>
asy::task<> in_chunks(std::size_t count, std::size_t chunk, F on_item) {
  for (std::size_t i = 0; i < count; ++i) {
    if (i && i % chunk == 0) co_await asy::yield();
    on_item(i);
  }
}
#endif
