/** @file
 * @brief Addresses of host names. */
#ifndef LIBASYNC_CPP_RESOLVE_HPP
#define LIBASYNC_CPP_RESOLVE_HPP
#include "loop.hpp"

namespace asy {

/** @return the addresses of a host, such as "127.0.0.1"; fails with not_found_error */
[[nodiscard]] inline future<std::vector<std::string>> resolve(const std::string &host, std::uint32_t port,
                                                              loop_ref loop = {}) noexcept {
  return future<std::vector<std::string>>(adopt, asy_resolve(loop.raw(), host.c_str(), port));
}

}  // namespace asy
#endif
