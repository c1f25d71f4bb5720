#include "libasync/loop/uv_errors.hpp"

#include <uv.h>

namespace libasync {

asy_status status_of_uv(int status) noexcept {
  switch (status) {
    case 0: return ASY_OK;
    case UV_EBADF:
    case UV_EINVAL:
    case UV_ENOTSOCK: return ASY_E_INVALID;
    case UV_EEXIST:
    case UV_EADDRINUSE: return ASY_E_BUSY;
    case UV_EPERM:
    case UV_ENOTSUP:
    case UV_EAFNOSUPPORT: return ASY_E_UNSUPPORTED;
    case UV_ENOMEM: return ASY_E_NOMEM;
    case UV_EAGAIN: return ASY_E_AGAIN;
    case UV_EADDRNOTAVAIL: return ASY_E_NOT_FOUND;
    default: return ASY_E_OS;
  }
}

}  // namespace libasync
