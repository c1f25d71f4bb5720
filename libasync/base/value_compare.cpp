#include "libasync/base/value_compare.hpp"

#include <bit>
#include <cmath>
#include <cstring>

#include "libasync/base/value.hpp"

namespace libasync {
namespace {

constexpr int deepest = 32;  // a small stack may be in use

template <class T>
int32_t order(T a, T b) noexcept {
  return (a > b) - (a < b);
}

bool is_whole(const asy_value &v) noexcept { return v.kind == ASY_VALUE_INT || v.kind == ASY_VALUE_BOOL; }
bool is_number(const asy_value &v) noexcept { return is_whole(v) || v.kind == ASY_VALUE_DOUBLE; }
bool is_opaque(const asy_value &v) noexcept { return v.kind > ASY_VALUE_LIST; }

/// Exact, though not every whole number is a double.
int32_t order_mixed(int64_t whole, double number) noexcept {
  if (number >= 0x1p63) return -1;
  if (number < -0x1p63) return 1;
  const double floor = std::floor(number);
  const auto below = static_cast<int64_t>(floor);
  return whole != below ? order(whole, below) : floor < number ? -1 : 0;
}

asy_status compare_numbers(const asy_value &a, const asy_value &b, int32_t &out) noexcept {
  const auto whole_a = static_cast<int64_t>(a.bits), whole_b = static_cast<int64_t>(b.bits);
  const double number_a = std::bit_cast<double>(a.bits), number_b = std::bit_cast<double>(b.bits);
  if ((!is_whole(a) && std::isnan(number_a)) || (!is_whole(b) && std::isnan(number_b))) return ASY_E_INVALID;
  out = is_whole(a)   ? is_whole(b) ? order(whole_a, whole_b) : order_mixed(whole_a, number_b)
          : is_whole(b) ? -order_mixed(whole_b, number_a)
                      : order(number_a, number_b);
  return ASY_OK;
}

int32_t order_bytes(const asy_value &a, const asy_value &b) noexcept {
  auto &x = *static_cast<bytes *>(a.data), &y = *static_cast<bytes *>(b.data);
  const std::size_t common = x.size < y.size ? x.size : y.size;
  const int different = common ? std::memcmp(x.data(), y.data(), common) : 0;
  return different ? order(different, 0) : order(x.size, y.size);
}

asy_status compare(const asy_value &a, const asy_value &b, int32_t &out, int depth) noexcept;

asy_status compare_lists(list &a, list &b, int32_t &out, int depth) noexcept {
  if (depth == deepest) return ASY_E_INVALID;
  out = 0;
  for (std::size_t i = 0; i < a.count && i < b.count && !out; ++i)
    if (const asy_status status = compare(a.items()[i], b.items()[i], out, depth + 1)) return status;
  if (!out) out = order(a.count, b.count);
  return ASY_OK;
}

asy_status compare(const asy_value &a, const asy_value &b, int32_t &out, int depth) noexcept {
  out = 0;
  if (is_number(a) && is_number(b)) return compare_numbers(a, b, out);
  if (is_opaque(a) && is_opaque(b)) return ASY_OK;
  if (a.kind != b.kind) return ASY_E_INVALID;
  if (a.kind == ASY_VALUE_LIST)
    return compare_lists(*static_cast<list *>(a.data), *static_cast<list *>(b.data), out, depth);
  if (a.kind != ASY_VALUE_NIL) out = order_bytes(a, b);
  return ASY_OK;
}

}  // namespace

asy_status value_compare(const asy_value &a, const asy_value &b, int32_t &out_order) noexcept {
  return compare(a, b, out_order, 0);
}

}  // namespace libasync
