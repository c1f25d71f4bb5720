/* For tests of threads that wait: the moment when they do, instead of a pause that may be too short. */
#ifndef ASY_ASLEEP_TEST_H
#define ASY_ASLEEP_TEST_H
#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One that is gone sleeps too. */
static inline int thread_sleeps(long id) {
  char path[64], text[256] = "";
  snprintf(path, sizeof path, "/proc/self/task/%ld/stat", id);
  FILE *file = fopen(path, "r");
  if (!file) return 1;
  size_t size = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  const char *name_end = size ? strrchr(text, ')') : NULL;
  return !name_end || name_end[2] != 'R';
}

/* Until no other thread of the process runs. */
static inline void until_others_sleep(void) {
  const long self = syscall(SYS_gettid);
  for (int asleep = 0; !asleep; sched_yield()) {
    DIR *all = opendir("/proc/self/task");
    asleep = 1;
    for (struct dirent *one; all && (one = readdir(all));) {
      const long id = atol(one->d_name);
      if (id > 0 && id != self && !thread_sleeps(id)) asleep = 0;
    }
    if (all) closedir(all);
  }
}
#endif
