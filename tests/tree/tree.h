/* A chain of tasks of different languages, each awaiting the next. The letters: `c` a C coroutine, `s` a C function on
   its own stack, `x` C++, `l` Lua, `p` Python; in upper case the task has a timeout of its own around the await. */
#ifndef TREE_H
#define TREE_H
#include <libasync.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TREE_TIMEOUT (ASY_MILLISECOND)

/* What every task saw in its await, in the order in which they woke: its letter, then `v` a value, `c` a cancel, `t` a
   timeout, `e` an error, `E` the very object that its own language raised. */
extern char tree_trail[256];
void tree_note(char language, char what);
void tree_note_error(char language, asy_error *error);

/* Starts the interpreters; without `hold` Python's lock is given back, and whoever enters Python takes it. */
void tree_open(int32_t hold);
void tree_close(void);

/* The outermost task of a chain; the last one awaits `innermost`, which is consumed. Each adds its letter to the text.
 */
asy_future *tree_chain(asy_loop *loop, const char *languages, asy_future *innermost);
/* A task that raises what its language raises. */
asy_future *tree_raise(asy_loop *loop, char language);

/* The same for iteration: the outermost generator of a chain, each of which hands on what the next one gives with its
   letter added, and notes its end (`v`) or that it was closed (`x`). Inside a callback of the loop. Without `inner`,
   Lua's and Python's give back what they are sent. */
asy_generator *tree_items(asy_loop *loop, const char *languages, asy_generator *innermost);
asy_generator *items_stack(asy_loop *loop, asy_generator *inner);
asy_generator *items_cpp(asy_loop *loop, asy_generator *inner);
asy_generator *items_lua(asy_loop *loop, asy_generator *inner);
asy_generator *items_python(asy_loop *loop, asy_generator *inner);

/* `text` with a letter behind it. */
void tree_append(asy_value *out_value, const asy_value *text, char letter);

/* One language each; `inner` is consumed. */
asy_future *link_c(asy_loop *loop, asy_future *inner, int32_t timeout);
asy_future *link_stack(asy_loop *loop, asy_future *inner, int32_t timeout);
asy_future *link_cpp(asy_loop *loop, asy_future *inner, int32_t timeout);
asy_future *link_lua(asy_loop *loop, asy_future *inner, int32_t timeout);
asy_future *link_python(asy_loop *loop, asy_future *inner, int32_t timeout);
asy_future *raise_c(asy_loop *loop);
asy_future *raise_cpp(asy_loop *loop);
asy_future *raise_lua(asy_loop *loop);
asy_future *raise_python(asy_loop *loop);
void lua_open(void);
void lua_shut(void);
void python_open(int32_t hold);
void python_shut(void);

#ifdef __cplusplus
}
#endif
#endif
