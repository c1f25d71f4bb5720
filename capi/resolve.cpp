/** @file
 * @brief Looking up host names. */
#include "libasync/io/resolve.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Look up the addresses of a host.
 *
 * A literal address is its own answer and needs no look-up. Names go to the
 * system's resolver on a few threads of this library's own, so that a slow name
 * server delays no other work. A cancelled wait ends at once; a look-up that
 * runs already goes on unseen.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] host a name or literal address; copied
 * @param[in] port 0 to 65535
 * @return a future of a list of strings such as "127.0.0.1", in the system's order; fails with
 *   #ASY_E_NOT_FOUND when the name is not known
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_resolve(asy_loop *loop, const char *host, uint32_t port) ASY_NOEXCEPT {
  if (future *refused = future_refusal(core(loop))) return handle(refused);
  return handle(resolve(*core(loop), host, port));
}

}  // extern "C"
