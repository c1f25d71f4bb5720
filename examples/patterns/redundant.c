#include "patterns.h"

struct servers {
  begin_cb const *ask;
  void *user_data;
};
static asy_future *ask(size_t index, void *data) {
  const struct servers *all = data;
  return all->ask[index](all->user_data);
}

asy_status first_answer(asy_loop *loop, begin_cb const *attempts, size_t count, void *user_data, asy_value *out_value,
                        asy_error **out_error) {
  struct servers all = {attempts, user_data};
  asy_value won = {0}; /* which it was, its answer, the errors of others */
  asy_status status = asy_await(asy_race(loop, count, 0, ask, &all, NULL), &won, out_error);
  if (!status && out_value) { /* taken out: nobody else has the list */
    *out_value = *asy_value_item(&won, 1);
    *asy_value_item(&won, 1) = (asy_value){0};
  }
  asy_value_clear(&won);
  return status;
}
