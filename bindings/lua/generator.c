/* Generators made in Lua: one function that makes every step, and gives a future of its item. */
#include "host.h"

#include <stdlib.h>

typedef struct step {
  const char *how; /* "next", "throw" or "close" */
  const asy_value *sent;
  asy_future *made;
} step;

/* The function (1), called with how, and with what was sent or thrown. */
static int make_step(lua_State *L, asy_lua_entry *at) {
  step *const wanted = at->subject;
  lua_pushstring(L, wanted->how);
  if (at->error) asy_lua_push_error(L, at->host, at->error);
  else asy_lua_push_value(L, at->host, wanted->sent);
  lua_call(L, 2, 1);
  wanted->made = asy_future_ref(asy_lua_check(L, lua_gettop(L), ASY_LUA_future, "generator"));
  return -1;
}

/* A step may be asked for between two runs of the loop, when none is current. */
typedef struct steps {
  asy_lua_ref *function;
  asy_loop *loop; /* borrowed: the generator is the loop's */
} steps;

static asy_future *drive(step wanted, asy_error *thrown, void *self) {
  const steps *const of = self;
  asy_lua_host *const host = of->function->host;
  asy_loop *const before = host->loop;
  host->loop = of->loop;
  asy_error *error =
      asy_lua_enter(&(asy_lua_entry){.push = make_step, .subject = &wanted, .error = thrown}, of->function);
  host->loop = before;
  if (wanted.made) return wanted.made;
  if (!error) error = asy_error_new(ASY_E_CLOSED, "the Lua state of this generator is closed", NULL);
  return asy_future_new_failed(of->loop, error);
}

static asy_future *next(void *self, const asy_value *sent, asy_error *thrown) {
  return drive((step){thrown ? "throw" : "next", sent, NULL}, thrown, self);
}

static asy_future *finish(void *self) { return drive((step){"close", NULL, NULL}, NULL, self); }

static void destroy(void *self) {
  asy_lua_ref_release(((steps *)self)->function);
  free(self);
}

static const asy_iterator table = {sizeof table, next, finish, destroy, NULL, "lua"};

/* generator_new(step) */
int asy_lua_fn_generator_new(lua_State *L) {
  asy_generator *made = NULL;
  luaL_checktype(L, 1, LUA_TFUNCTION);
  asy_loop *const loop = asy_lua_loop(L, "generator");
  asy_lua_ref *const function = asy_lua_ref_new(L, 1);
  steps *const of = malloc(sizeof *of);
  if (!of) {
    asy_lua_ref_release(function);
    return luaL_error(L, "not enough memory");
  }
  *of = (steps){function, loop};
  const asy_status status = asy_generator_new(loop, &table, of, &made);
  if (status < 0) return asy_lua_raise_status(L, status, "generator");
  asy_lua_push(L, asy_lua_of(L), ASY_LUA_generator, made);
  return 1;
}
