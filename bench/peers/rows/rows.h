/* What the programs in C and C++ share. PROGRAM ROW COUNT prints nanoseconds and bytes of memory per item. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct row {
  const char *name;
  void (*run)(long count);
};

/* Threads take turns in the row "post": there the clock on the wall counts, elsewhere the processor's. */
static double row_clock(const char *name) {
  struct timespec t;
  clock_gettime(strcmp(name, "post") ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double row_time(const struct row *row, long count) {
  double start = row_clock(row->name);
  row->run(count);
  return (row_clock(row->name) - start) / (double)count;
}

static double row_memory(const char *which) {
  char line[200];
  long kib = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (!strncmp(line, which, strlen(which))) kib = atol(line + strlen(which));
  if (file) fclose(file);
  return (double)kib * 1024;
}

/* The rows "sleeping" and "future" run once, for their memory and the waiting; the others warm up, and the best of
   three counts. */
static int row_main(int argc, char **argv, const struct row *rows) {
  while (argc == 3 && rows->name && strcmp(rows->name, argv[1])) ++rows;
  if (argc != 3 || !rows->name) return 2;
  long count = atol(argv[2]);
  if (!strcmp(rows->name, "sleeping") || !strcmp(rows->name, "future")) {
    double before = row_memory("VmRSS:"), ns = row_time(rows, count);
    printf("%.1f %.0f\n", ns, (row_memory("VmHWM:") - before) / (double)count);
    return 0;
  }
  double best = row_time(rows, count / 10 + 1);
  for (int i = 0; i < 3; ++i) {
    double ns = row_time(rows, count);
    if (i == 0 || ns < best) best = ns;
  }
  printf("%.1f 0\n", best);
  return 0;
}

/* A delay in ns: what is armed is due when the last is armed, what sleeps is asleep when the last has begun. */
static inline unsigned long long row_delay(unsigned long i, unsigned long long least, unsigned long long spread) {
  return least + (i * 2654435761UL) % spread;
}
enum { row_wave = 1000, row_tasks = 100, row_armed = 100000 };
#define ROW_HOUR 3600000000000ULL
#define ROW_MILLISECOND 1000000ULL
#define ROW_SECOND 1000000000ULL
