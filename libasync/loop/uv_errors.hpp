#pragma once
#include "libasync/base/abi.h"

namespace libasync {

/// The status that fits a negative result of libuv; zero stays zero.
asy_status status_of_uv(int status) noexcept;

}  // namespace libasync
