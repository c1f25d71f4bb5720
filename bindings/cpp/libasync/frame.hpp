/** @file
 * @brief Memory of coroutine frames: a free list per size and thread. */
#ifndef LIBASYNC_CPP_FRAME_HPP
#define LIBASYNC_CPP_FRAME_HPP
#include <cstddef>
#include <cstdint>
#include <new>

#if !defined ASY_POOL_PASSTHROUGH && (defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__)
#define ASY_POOL_PASSTHROUGH 1
#endif
#if !defined ASY_POOL_PASSTHROUGH && defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define ASY_POOL_PASSTHROUGH 1
#endif
#endif

namespace asy::detail {

#ifdef ASY_POOL_PASSTHROUGH

inline void *frame_allocate(std::size_t size) { return ::operator new(size); }
inline void frame_free(void *frame, std::size_t) noexcept { ::operator delete(frame); }

#else

/**
 * Frames of up to 1 KiB that this thread freed, by size.
 *
 * Each block came from operator new and may be freed by any thread. Plain data, so that reaching it needs
 * no guard; what it holds at the end of a thread is freed by the frame_reaper.
 */
struct frame_pool {
  static constexpr std::size_t classes = 64;
  /** Blocks kept per size; more go back to operator delete, so that a burst does not stay. */
  static constexpr std::uint32_t most = 4096;
  struct block {
    block *next;
  };
  struct list {
    block *first;
    std::uint32_t room;
  };
  list lists[classes];
};
inline thread_local constinit frame_pool free_frames{};

struct frame_reaper {
  frame_reaper() noexcept {
    for (frame_pool::list &list : free_frames.lists) list.room = frame_pool::most;
  }
  ~frame_reaper() {
    for (frame_pool::list &list : free_frames.lists) {
      list.room = 0;
      while (frame_pool::block *block = list.first) {
        list.first = block->next;
        ::operator delete(block);
      }
    }
  }
};

// A block of class c holds 16 c + 8 bytes: what malloc gives without rounding up.
constexpr std::size_t frame_class(std::size_t size) noexcept { return (size + 7) / 16; }

[[gnu::noinline]] inline void *frame_allocate_slow(std::size_t size) {
  static thread_local frame_reaper reaper;
  (void)reaper;
  std::size_t at = frame_class(size);
  return ::operator new(at < frame_pool::classes ? at * 16 + 8 : size);
}

inline void *frame_allocate(std::size_t size) {
  std::size_t at = frame_class(size);
  if (at < frame_pool::classes) [[likely]] {
    frame_pool::list &list = free_frames.lists[at];
    if (frame_pool::block *block = list.first) [[likely]] {
      list.first = block->next;
      ++list.room;
      return block;
    }
  }
  return frame_allocate_slow(size);
}

inline void frame_free(void *frame, std::size_t size) noexcept {
  std::size_t at = frame_class(size);
  if (at < frame_pool::classes && free_frames.lists[at].room) [[likely]] {
    frame_pool::list &list = free_frames.lists[at];
    list.first = ::new (frame) frame_pool::block{list.first};
    --list.room;
    return;
  }
  ::operator delete(frame);
}

#endif

}  // namespace asy::detail
#endif
