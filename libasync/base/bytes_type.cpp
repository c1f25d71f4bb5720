#include "libasync/base/bytes_type.hpp"

#include "libasync/base/bytes.hpp"

namespace libasync {

const asy_type bytes_type{sizeof(asy_type), "bytes", [](void *block) { bytes_ref(static_cast<bytes *>(block)); },
                          [](void *block) { bytes_unref(static_cast<bytes *>(block)); }, 0};

}  // namespace libasync
