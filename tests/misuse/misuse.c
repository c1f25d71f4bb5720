/* Calls every function of the ABI wrongly, one loop per call, and looks at what it answers and what it left behind.
   With a name: that function alone. */
#include "misuse.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int complaints;
static const char *current;
static int current_null;
static enum way current_way;

static const char *told(void) {
  static char text[200];
  static const char *const ways[] = {"", " on a closed loop", " from a thread", " with another loop's objects"};
  snprintf(text, sizeof text, "%s%s, NULL in %d", current, ways[current_way], current_null);
  return text;
}
void complain(const char *what) {
  ++complaints;
  fprintf(stderr, "%s: %s\n", told(), what);
}
static void crashed(int signum) {
  (void)!write(2, told(), strlen(told()));
  (void)!write(2, ": crash\n", 8);
  _exit(128 + signum);
}

void ignore_report(asy_loop *loop, asy_error *error, const char *what, void *data) {
  (void)loop, (void)error, (void)what, (void)data;
}

/* ---- calls */
struct job {
  void (*call)(void *);
  void *args;
};
static void *in_a_thread(void *data) {
  struct job *job = data;
  job->call(job->args);
  return NULL;
}
void run(void (*call)(void *), void *args, enum way way) {
  struct job job = {call, args};
  pthread_t thread;
  if (way == ON_A_CLOSED_LOOP) asy_loop_close(home);
  if (way != FROM_A_THREAD) call(args);
  else if (!pthread_create(&thread, NULL, in_a_thread, &job)) pthread_join(thread, NULL);
}

static asy_loop *fresh(void) {
  asy_loop_options options = {.size = sizeof options, .flags = ASY_LOOP_VIRTUAL_CLOCK};
  asy_loop *loop;
  if (asy_loop_new(&options, &loop)) abort();
  asy_loop_set_report_hook(loop, ignore_report, NULL, NULL);
  return loop;
}
static void finish(asy_loop *loop) {
  asy_loop_step(loop, 0);
  asy_loop_close(loop);
  asy_loop_unref(loop);
}

static void try(const struct function *f, int null_at, enum way way) {
  current = f->name;
  current_null = null_at;
  current_way = way;
  made = ended = 0;
  home = fresh();
  elsewhere = way == WITH_STRANGERS ? fresh() : NULL;
  asy_context *context = asy_context_new();
  asy_context_enter(context);
  f->try(null_at, way);
  drop_kept();
  asy_context_exit(context);
  asy_context_unref(context);
  finish(home);
  if (elsewhere) finish(elsewhere);
  for (int i = 0; i < 1000 && made != ended; ++i) usleep(1000); /* what a worker thread ends */
  if (made != ended) {
    char what[80];
    snprintf(what, sizeof what, "%d things were taken over, %d ended", made, ended);
    complain(what);
  }
}

int main(int argc, char **argv) {
  signal(SIGSEGV, crashed);
  signal(SIGABRT, crashed);
  for (const struct function *f = functions; f->name; ++f) {
    if (argc > 1 && strcmp(argv[1], f->name)) continue;
    if (f->pointers) try(f, ALL_NULL, AS_IT_IS);
    for (int i = 0; i < 32; ++i)
      if (f->pointers >> i & 1 && (f->right || !(f->optional >> i & 1))) try(f, i, AS_IT_IS);
    if (!f->right) continue;
    for (enum way way = ON_A_CLOSED_LOOP; way <= WITH_STRANGERS; ++way) try(f, NONE_NULL, way);
  }
  return complaints != 0;
}
