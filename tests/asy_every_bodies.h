/* What the bodies of asy_every.h are written with. A body gives back all it took on every path, and ends with the first
   failure that it met. */
#ifndef ASY_EVERY_BODIES_H
#define ASY_EVERY_BODIES_H
#include "asy_test.h"

#include <stdio.h>

static asy_loop *loop;

/* What a run left, in words; empty when nothing. */
static char faults[300];
static void fault(const char *what, const char *more) {
  if (!*faults) snprintf(faults, sizeof faults, "%s %s", what, more);
}
/* What ended for want of memory, by a cancel or with what it used is told; any other report is a fault. */
static void on_report(asy_loop *from, asy_error *error, const char *what, void *data) {
  (void)from, (void)data;
  asy_status code = asy_error_code(error);
  if (code != ASY_E_NOMEM && code != ASY_E_CANCELLED && code != ASY_E_CLOSED && code != ASY_E_SLOW)
    fault("report:", what);
}

#define BODY(name) static asy_status name(asy_value *out_value UNUSED, asy_error **out_error UNUSED, void *data UNUSED)
#define TRY(call)                      \
  do {                                 \
    asy_status try_status = (call);    \
    if (try_status) return try_status; \
  } while (0)

static asy_status await(asy_future *future) { return asy_await(future, NULL, NULL); }
static asy_task *spawn(asy_run_cb body, void *data) { return asy_spawn(loop, body, data, NULL, NULL); }
/* A body that owns what it is given: it may go on when those who began it have failed. */
#define OWNING(body, handle, kind) asy_spawn(loop, body, asy_##kind##_ref(handle), drop_##kind, NULL)
static asy_status first(asy_status earlier, asy_status later) { return earlier ? earlier : later; }
static void nothing(void *data) { (void)data; }
static void done_too(asy_future *future, void *data) { (void)future, (void)data; }
static void set_done(void *future) { asy_future_set_result(future, NULL); }
static void drop(void *future) { asy_future_unref(future); }
#endif
