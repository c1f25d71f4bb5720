#include "patterns.h"

asy_status in_chunks(asy_loop *loop, size_t count, size_t chunk, void (*on_item)(size_t index, void *user_data),
                     void *user_data) {
  for (size_t i = 0; i < count; ++i) {
    asy_status status = i && i % chunk == 0 ? asy_await(asy_sleep(loop, 0), NULL, NULL) : ASY_OK; /* others' turn */
    if (status) return status;
    on_item(i, user_data);
  }
  return ASY_OK;
}
