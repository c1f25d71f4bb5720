/* Signals by name: their numbers differ between systems. */
#include "host.h"

#include <signal.h>

void asy_lua_push_signals(lua_State *L) {
  static const struct {
    const char *name;
    int number;
  } signals[] = {
      {"INT", SIGINT}, {"TERM", SIGTERM},
#ifdef SIGHUP
      {"HUP", SIGHUP}, {"QUIT", SIGQUIT}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"ALRM", SIGALRM},
      {"PIPE", SIGPIPE}, {"CHLD", SIGCHLD}, {"CONT", SIGCONT}, {"TSTP", SIGTSTP},
#endif
#ifdef SIGWINCH
      {"WINCH", SIGWINCH},
#endif
  };
  lua_newtable(L);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    asy_lua_push_integer(L, signals[i].number);
    lua_setfield(L, -2, signals[i].name);
  }
}
