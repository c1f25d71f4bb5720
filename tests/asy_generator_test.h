/* For tests of generators: bodies that hand numbers over, and what iterates. */
#ifndef ASY_GENERATOR_TEST_H
#define ASY_GENERATOR_TEST_H
#include "asy_task_test.h"

static UNUSED asy_generator *generate_with(asy_run_cb body, void *data, asy_free_cb on_free, const char *name) {
  asy_task_options options = {.size = sizeof options, .name = name};
  asy_generator *made;
  assert_int_equal(ASY_OK, asy_generator_spawn(loop, body, data, on_free, &options, &made));
  return made;
}
static UNUSED asy_generator *generate(asy_run_cb body, void *data) {
  return generate_with(body, data, count_free, "numbers");
}

static UNUSED asy_status yield_int(int64_t number) {
  asy_value value;
  asy_value_set_int(&value, number);
  return asy_yield(&value, NULL, NULL);
}

/* The next number; INT64_MIN when there is none. */
static UNUSED int64_t next_int(asy_generator *generator) { return finish_int(asy_generator_next(generator)); }
static UNUSED asy_status next_status(asy_generator *generator) { return finish(asy_generator_next(generator)); }
static UNUSED asy_status close_it(asy_generator *generator) { return finish(asy_generator_close(generator)); }

/* Lets go of it; nothing of it may be left. */
static UNUSED void drop(asy_generator *generator) {
  asy_generator_unref(generator);
  settle();
}

/* 1 to n, a millisecond before each; its trail tells how it ended. */
static UNUSED asy_status count_to(asy_value *out_value, asy_error **out_error, void *n) {
  asy_status status = ASY_OK;
  (void)out_value, (void)out_error;
  note("(");
  for (int64_t i = 1; !status && i <= (int64_t)(uintptr_t)n; ++i) {
    status = wait_ms(1);
    if (!status) status = yield_int(i);
  }
  note(status == ASY_E_END ? "closed" : status == ASY_E_CANCELLED ? "cancelled" : status ? "failed" : "done");
  if (wait_ms(1)) note("!"); /* what it cleans up takes a while */
  note(")");
  return status;
}

/* The sum of all items: how a C function iterates. */
static UNUSED asy_status adds_up(asy_value *out_value, asy_error **out_error, void *from) {
  asy_generator *numbers = from;
  int64_t sum = 0;
  asy_value item;
  asy_status status;
  while ((status = asy_await(asy_generator_next(numbers), &item, out_error)) == ASY_OK) sum += asy_value_int(&item);
  if (status != ASY_E_END) return status;
  asy_error_unref(*out_error);
  *out_error = NULL;
  asy_value_set_int(out_value, sum);
  return ASY_OK;
}

/* A body that iterates over another generator, and passes everything on. */
static UNUSED asy_status flattens(asy_value *out_value, asy_error **out_error, void *inner) {
  asy_value item;
  asy_status status = ASY_OK;
  (void)out_value;
  while (!status && !(status = asy_await(asy_generator_next(inner), &item, out_error)))
    status = asy_yield(&item, NULL, out_error);
  return status;
}
#endif
