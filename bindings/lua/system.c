/* The system's names: signals and error numbers, which differ between systems. */
#include "host.h"

#include <errno.h>
#include <signal.h>

typedef struct named {
  const char *name;
  int number;
} named;

static const named signals[] = {{"INT", SIGINT},
                                {"TERM", SIGTERM},
#ifdef SIGHUP
                                {"HUP", SIGHUP},
                                {"QUIT", SIGQUIT},
                                {"USR1", SIGUSR1},
                                {"USR2", SIGUSR2},
                                {"ALRM", SIGALRM},
                                {"PIPE", SIGPIPE},
                                {"CHLD", SIGCHLD},
                                {"CONT", SIGCONT},
                                {"TSTP", SIGTSTP},
#endif
#ifdef SIGWINCH
                                {"WINCH", SIGWINCH},
#endif
                                {NULL, 0}};

#define NUMBER(name) \
  { #name, name }
static const named errors[] = {NUMBER(EACCES),     NUMBER(EADDRINUSE), NUMBER(EADDRNOTAVAIL), NUMBER(EAFNOSUPPORT),
                               NUMBER(EAGAIN),     NUMBER(EBADF),      NUMBER(ECONNABORTED),  NUMBER(ECONNREFUSED),
                               NUMBER(ECONNRESET), NUMBER(EEXIST),     NUMBER(EHOSTUNREACH),  NUMBER(EINTR),
                               NUMBER(EINVAL),     NUMBER(EIO),        NUMBER(EISCONN),       NUMBER(EMFILE),
                               NUMBER(EMSGSIZE),   NUMBER(ENETDOWN),   NUMBER(ENETUNREACH),   NUMBER(ENFILE),
                               NUMBER(ENOBUFS),    NUMBER(ENOENT),     NUMBER(ENOMEM),        NUMBER(ENOSPC),
                               NUMBER(ENOTCONN),   NUMBER(EPERM),      NUMBER(EPIPE),         NUMBER(ETIMEDOUT),
                               {NULL, 0}};

/* By name, and by number where `backwards`. */
static void push_table(lua_State *L, const named *at, bool backwards) {
  lua_newtable(L);
  for (; at->name; at++) {
    asy_lua_push_integer(L, at->number);
    lua_setfield(L, -2, at->name);
    if (!backwards) continue;
    lua_pushstring(L, at->name);
    lua_rawseti(L, -2, at->number);
  }
}

/* Sets SIGNALS and ERRNO in the table on top of the stack. */
void asy_lua_set_system(lua_State *L) {
  push_table(L, signals, false);
  lua_setfield(L, -2, "SIGNALS");
  push_table(L, errors, true);
  lua_setfield(L, -2, "ERRNO");
}
