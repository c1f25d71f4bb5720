/* Bodies that iterate; see asy_every.h. */
#ifndef ASY_EVERY_GENERATORS_H
#define ASY_EVERY_GENERATORS_H
#include "asy_every_bodies.h"

/* ---- AGEN */

BODY(numbers) {
  asy_value item;
  for (int i = 0; i < 3; ++i) {
    TRY(await(asy_sleep(loop, 1)));
    asy_value_set_int(&item, i);
    TRY(asy_yield(&item, NULL, NULL));
  }
  return ASY_OK;
}
BODY(generators) {
  asy_generator *generator;
  TRY(asy_generator_spawn(loop, numbers, NULL, NULL, NULL, &generator));
  asy_status status = ASY_OK;
  while (!status) status = await(asy_generator_next(generator));
  asy_generator_unref(generator);
  return status == ASY_E_END ? ASY_OK : status;
}
/* One is closed, the other left to the loop. */
BODY(generators_closed) {
  asy_generator *closed, *left;
  TRY(asy_generator_spawn(loop, numbers, NULL, NULL, NULL, &closed));
  asy_status status = asy_generator_spawn(loop, numbers, NULL, NULL, NULL, &left);
  if (!status) status = await(asy_generator_next(closed));
  if (!status) status = await(asy_generator_next(left));
  status = first(status, await(asy_generator_close(closed)));
  asy_generator_unref(closed);
  asy_generator_unref(left);
  return status;
}

/* Gives back what it is sent, and goes on after what is thrown. */
BODY(echo) {
  asy_value item = {0};
  for (;;) {
    asy_value sent;
    asy_error *error = NULL;
    asy_status status = asy_yield(&item, &sent, &error);
    asy_error_unref(error);
    if (status && status != ASY_E_EOF) return status == ASY_E_END ? ASY_OK : status;
    item = sent;
    TRY(await(asy_sleep(loop, 1)));
  }
}
BODY(generators_sent) {
  asy_generator *generator;
  asy_value value;
  TRY(asy_generator_spawn(loop, echo, NULL, NULL, NULL, &generator));
  asy_status status = await(asy_generator_next(generator));
  asy_value_set_int(&value, 7);
  if (!status) status = asy_await(asy_generator_send(generator, &value), &value, NULL);
  if (!status && asy_value_int(&value) != 7) status = ASY_E_INTERNAL;
  asy_error *error = asy_error_new(ASY_E_EOF, "thrown", NULL);
  if (!status) status = await(asy_generator_throw(generator, error));
  else asy_error_unref(error);
  status = first(status, await(asy_generator_close(generator)));
  asy_generator_unref(generator);
  return status == ASY_E_END ? ASY_E_CANCELLED : status; /* a cancel has ended it before */
}

/* A task that hands items over, and what it cleans up waits. */
BODY(hands_over) {
  asy_status status = ASY_OK;
  for (int i = 0; i < 3 && !status; ++i) {
    asy_value item;
    asy_value_set_int(&item, i);
    status = await(asy_sleep(loop, 1));
    if (!status) status = await(asy_generator_yield(asy_task_current(loop), &item));
  }
  return first(status, await(asy_sleep(loop, 1)));
}
BODY(generators_of_tasks) {
  asy_generator *generator, *unasked;
  TRY(asy_generator_of_task(asy_spawn(loop, hands_over, NULL, NULL, NULL), &generator));
  asy_status status = asy_generator_of_task(asy_spawn(loop, hands_over, NULL, NULL, NULL), &unasked);
  if (!status) asy_generator_unref(unasked);
  for (int i = 0; i < 2 && !status; ++i) status = await(asy_generator_next(generator));
  status = first(status, await(asy_generator_close(generator)));
  asy_generator_unref(generator);
  return status == ASY_E_END ? ASY_E_CANCELLED : status; /* a cancel has ended it before */
}

/* A language's own iterator: three items, and a clean-up that waits. */
struct counter {
  int given;
};
static asy_future *counter_next(void *self, const asy_value *sent, asy_error *thrown) {
  struct counter *counter = self;
  (void)sent;
  if (thrown) return asy_future_new_failed(loop, asy_error_ref(thrown));
  if (++counter->given > 3) return asy_future_new_failed(loop, asy_error_new(ASY_E_END, "", NULL));
  return asy_sleep(loop, 1);
}
static asy_future *counter_close(void *self) {
  (void)self;
  return asy_sleep(loop, 1);
}
static void counter_destroy(void *self) { --((struct counter *)self)->given; }
BODY(iterators) {
  static const asy_iterator type = {sizeof type, counter_next, counter_close, counter_destroy, NULL, "c"};
  static struct counter to_the_end, closed_with_all;
  asy_generator *generator, *left;
  to_the_end.given = closed_with_all.given = 0;
  TRY(asy_generator_new(loop, &type, &to_the_end, &generator));
  asy_status status = asy_generator_new(loop, &type, &closed_with_all, &left);
  if (!status) status = await(asy_generator_next(left));
  while (!status) status = await(asy_generator_next(generator));
  status = status == ASY_E_END ? ASY_OK : status;
  status = first(status, await(asy_loop_close_generators(loop)));
  asy_generator_unref(generator);
  asy_generator_unref(left);
  return status;
}
#endif
