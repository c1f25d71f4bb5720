// Package tree begins, from Go, the chains of tasks that test_tree.c begins from C.
package tree

/*
#cgo CFLAGS: -I${SRCDIR}/..
#cgo pkg-config: libasync
#cgo LDFLAGS: -ltree_links
#include <stdlib.h>
#include "tree.h"

static asy_promise *promise;
static void on_cancel(asy_future *future, void *user_data) {
  (void)future, (void)user_data;
  tree_note('0', 'c');
  asy_promise_set_cancelled(promise, NULL);
}
static asy_future *operation(asy_loop *loop) {
  asy_promise_unref(promise);
  return asy_promise_new(loop, on_cancel, NULL, NULL, &promise);
}
static void forget(void) {
  asy_promise_unref(promise);
  promise = NULL;
}
static asy_future *chain(asy_loop *loop, const char *languages, char bottom) {
  return tree_chain(loop, languages, bottom == '0' ? operation(loop) : tree_raise(loop, bottom));
}
static void complete(void) {
  asy_value text = {0};
  asy_value_set_string(&text, "v", 1);
  asy_promise_set_result(promise, &text);
  asy_value_clear(&text);
}

// A generator that echoes is made in a turn of the loop, which brings it by a future.
typedef struct { asy_loop *loop; char language; asy_future *made; } echo_request;
static void make_echo(void *user_data) {
  echo_request *r = user_data;
  asy_generator *made = r->language == 'p' ? items_python(r->loop, NULL) : items_lua(r->loop, NULL);
  asy_value value = {0};
  asy_value_set_object(&value, made, asy_generator_type());
  asy_future_set_result(r->made, &value);
  asy_future_unref(r->made);
}
static asy_future *echo(asy_loop *loop, char language) {
  echo_request *r = malloc(sizeof *r);
  *r = (echo_request){loop, language, asy_future_new(loop)};
  asy_future *made = asy_future_ref(r->made);
  asy_loop_call_soon(loop, make_echo, r, free, NULL);
  return made;
}
*/
import "C"

import (
	"context"
	"unsafe"

	"libasync.dev/async"
)

func open()   { C.tree_open(0) }
func shut()   { C.forget(); C.tree_close() }
func finish() { C.complete() } // from any goroutine

func trail() string { return C.GoString(&C.tree_trail[0]) }
func clear()        { C.tree_trail[0] = 0 }

// await waits for a chain; at its bottom is an operation of C (`0`), or a task that raises in a language.
func await(ctx context.Context, l *async.Loop, languages string, bottom byte) (any, error) {
	text := C.CString(languages)
	defer C.free(unsafe.Pointer(text))
	return l.AwaitC(ctx, func(loop unsafe.Pointer) unsafe.Pointer {
		return unsafe.Pointer(C.chain((*C.asy_loop)(loop), text, C.char(bottom)))
	})
}

// echo is a generator of a language that gives back what it is sent.
func echo(ctx context.Context, l *async.Loop, language byte) (*async.Generator[any], error) {
	made, err := l.AwaitC(ctx, func(loop unsafe.Pointer) unsafe.Pointer {
		return unsafe.Pointer(C.echo((*C.asy_loop)(loop), C.char(language)))
	})
	g, _ := made.(*async.Generator[any])
	return g, err
}
