/* What the C files of this folder share. */
#ifndef LIBASYNC_GO_STATE_H
#define LIBASYNC_GO_STATE_H
#include "hooks.h"

/* Something C tells Go; pushed from any thread, read after a turn. */
typedef struct note {
  struct note *next;
  asy_go_event event;
  int queued;
  void *block; /* freed after it was read, or NULL */
} note;

struct asy_go {
  asy_go_shared shared; /* first: Go maps it */
  asy_loop *loop;
  note *notes; /* latest first */
  note *read;  /* those of the last turn */
  asy_completion *completions;
  size_t completion_count;
  uint64_t event_capacity;
  int users; /* the Go side, and the hooks that C holds */
};

void go_push(asy_go *g, note *n);
void go_free_notes(note *n);
void go_unuse(asy_go *g);
asy_go_event *go_add_event(asy_go *g);
void go_open_value(asy_go_event *e);

int go_has_released(void);
void go_collect_released(asy_go *g);

/* What stands around every call between turns; `enter` applies the operations that came before. */
asy_status go_enter(asy_go *g, size_t op_count);
asy_status go_leave(asy_go *g, asy_status status, const void *word);
#endif
