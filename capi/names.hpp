#pragma once
// The names of a connection's two ends as values.
#include <cstring>

#include "capi/handles.hpp"
#include "libasync/io/transport.hpp"

namespace libasync::capi {

inline asy_status give_name(const address &a, asy_value *out_value) noexcept {
  if (!out_value) return ASY_E_INVALID;
  if (!a.known()) return ASY_E_NOT_FOUND;
  char text[address_text_size];
  address_text(a, true, text);
  bytes *copy = bytes_new(text, std::strlen(text));
  if (!copy) return ASY_E_NOMEM;
  *out_value = value_string(copy);
  return ASY_OK;
}

}  // namespace libasync::capi
