/** @file
 * @brief Where the library gets its memory. */
#include <cstdlib>

#include "capi/handles.hpp"
#include "libasync/base/alloc.hpp"

namespace {

using namespace libasync;

// The triple's end; the core keeps the rest.
void *owner = nullptr;
asy_free_cb free_owner = nullptr;

const allocator standard{[](std::size_t size, void *) { return std::malloc(size); },
                         [](void *block, std::size_t size, void *) { return std::realloc(block, size); },
                         [](void *block, void *) { std::free(block); }, nullptr};

}  // namespace

extern "C" {

/**
 * Replace the functions through which the library allocates.
 *
 * Possible only while nothing of the library is allocated, best before any other
 * call. libuv's own memory and the stacks of asy_spawn() do not come from here.
 * The callbacks must be safe in any thread and must not call the library.
 *
 * @param[in] on_alloc allocates; or NULL with the other two, which restores malloc()
 * @param[in] on_realloc changes a block's size
 * @param[in] on_dealloc gives a block back
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` once the functions are replaced, or at once on error
 * @return #ASY_OK, or why not
 * @retval ASY_E_INVALID some but not all callbacks are NULL
 * @retval ASY_E_STATE something is allocated
 * @par Ownership
 * `user_data` is consumed, also on error
 * @par Threads
 * before the loop runs, with no other thread in the library
 * @since 0.1
 */
ASY_API asy_status asy_set_allocator(asy_alloc_cb on_alloc, asy_realloc_cb on_realloc, asy_dealloc_cb on_dealloc,
                                     void *user_data, asy_free_cb on_free) ASY_NOEXCEPT {
  const bool restore = !on_alloc && !on_realloc && !on_dealloc;
  if (!restore && !(on_alloc && on_realloc && on_dealloc)) return capi::refuse(ASY_E_INVALID, user_data, on_free);
  const allocator wanted{on_alloc, on_realloc, on_dealloc, user_data};
  if (!set_allocator(restore ? standard : wanted)) return capi::refuse(ASY_E_STATE, user_data, on_free);
  void *const old = owner;
  const asy_free_cb free_old = free_owner;
  owner = user_data;
  free_owner = on_free;
  if (free_old) free_old(old);
  return ASY_OK;
}

}  // extern "C"
