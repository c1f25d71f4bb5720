#pragma once
#include "libasync/base/abi.h"

namespace libasync {

/// Which of two values is less: numbers with numbers, text, bytes and lists with their like; what cannot
/// be looked into is equal. `out_order` is negative, zero or positive. ASY_E_INVALID for different kinds.
asy_status value_compare(const asy_value &a, const asy_value &b, int32_t &out_order) noexcept;

}  // namespace libasync
