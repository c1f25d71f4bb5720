#pragma once
#include "libasync/base/abi.h"

namespace libasync {

/// The descriptor of bytes that travel as an object, such as the partial result in an error.
extern const asy_type bytes_type;

}  // namespace libasync
