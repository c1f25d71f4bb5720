/** @file
 * @brief Hosting a loop inside another one. */
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Poll once, then run what is ready.
 *
 * For a host with a loop of its own. Blocks at most `timeout_ns`, and not at all when work is
 * ready.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] timeout_ns nanoseconds to wait at most; zero only looks, #ASY_FOREVER waits
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE a loop is running in this thread already
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_step(asy_loop *loop, uint64_t timeout_ns) ASY_NOEXCEPT {
  return loop ? loop_step(*core(loop), timeout_ns) : ASY_E_INVALID;
}

/**
 * Get the descriptor that becomes readable when the loop has something to do.
 *
 * Valid until the loop is closed. Watch it and step the loop then, or when
 * asy_loop_next_deadline() has come.
 *
 * @param[in] loop the loop; borrowed
 * @return a file descriptor of the loop, or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_loop_get_fd(asy_loop *loop) ASY_NOEXCEPT {
  if (const asy_status refused = loop_check(core(loop))) return refused;
  const int fd = uv_backend_fd(core(loop)->uv);
  return fd < 0 ? ASY_E_UNSUPPORTED : fd;
}

/**
 * Tell when the loop must be stepped though its descriptor is silent.
 *
 * Any call on the loop may change it: ask again before every wait.
 *
 * @param[in] loop the loop; borrowed
 * @return a time of the loop's clock, now when work is ready, or #ASY_FOREVER
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_loop_next_deadline(asy_loop *loop) ASY_NOEXCEPT {
  return loop_check(core(loop)) ? ASY_FOREVER : loop_next_deadline(*core(loop));
}

/**
 * Wake a loop that waits in a poll.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_FORKED the loop was made before a fork and this is the child
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_loop_wake(asy_loop *loop) ASY_NOEXCEPT {
  if (!loop) return ASY_E_INVALID;
  if (core(loop)->forked) return ASY_E_FORKED;
  loop_wake(*core(loop));
  return ASY_OK;
}

/**
 * Set what is called around a poll that may block.
 *
 * An interpreter gives up its lock before and takes it back after. Both run once per blocking
 * poll; no other callback runs between them.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_before_block called before, or NULL for none
 * @param[in] on_after_block called after, or NULL for none
 * @param[in] user_data handed to both; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID only one of the two is given
 * @retval ASY_E_STATE called out of one of the two
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_poll_hooks(asy_loop *loop, asy_block_cb on_before_block, asy_block_cb on_after_block,
                                           void *user_data, asy_free_cb on_free) ASY_NOEXCEPT {
  asy_status status = loop_check(core(loop));
  if (!status && !on_before_block != !on_after_block) status = ASY_E_INVALID;
  if (status) return refuse(status, user_data, on_free);
  libasync::loop &l = *core(loop);
  if (l.blocked) return refuse(ASY_E_STATE, user_data, on_free);
  void *const old = l.block_data;
  const asy_free_cb free_old = l.block_free;
  l.before_block = on_before_block;
  l.after_block = on_after_block;
  l.block_data = user_data;
  l.block_free = on_free;
  return refuse(ASY_OK, old, free_old);
}
}
