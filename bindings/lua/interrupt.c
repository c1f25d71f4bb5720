/* Ctrl-C. The handler of the lua program only asks its state to stop when Lua code runs next, which is after the loop.
   So it steps aside while a loop runs, for that of a run. Any other handler stays. */
#define _GNU_SOURCE
#include "host.h"

#ifdef __linux__
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static struct sigaction before;

static bool is_main_thread(void) { return getpid() == gettid(); }

uint32_t asy_lua_interrupt_flag(void) { return is_main_thread() ? ASY_RUNNER_INTERRUPT : 0; }

static bool is_of_the_lua_program(void (*handler)(int)) {
  Dl_info where, program;
  return strncmp(program_invocation_short_name, "lua", 3) == 0 && dladdr((void *)handler, &where) &&
         dladdr((void *)getauxval(AT_ENTRY), &program) && where.dli_fbase == program.dli_fbase;
}

bool asy_lua_interrupt_aside(void) {
  struct sigaction now;
  if (!is_main_thread() || sigaction(SIGINT, NULL, &now)) return false;
  if (now.sa_handler == SIG_DFL || now.sa_handler == SIG_IGN || !is_of_the_lua_program(now.sa_handler)) return false;
  before = now;
  now.sa_handler = SIG_DFL;
  now.sa_flags = 0;
  return sigaction(SIGINT, &now, NULL) == 0;
}

/* Unless the program has set another one meanwhile. */
void asy_lua_interrupt_back(void) {
  struct sigaction now;
  if (sigaction(SIGINT, NULL, &now) == 0 && now.sa_handler == SIG_DFL) sigaction(SIGINT, &before, NULL);
}
#else
uint32_t asy_lua_interrupt_flag(void) { return 0; }
bool asy_lua_interrupt_aside(void) { return false; }
void asy_lua_interrupt_back(void) {}
#endif
