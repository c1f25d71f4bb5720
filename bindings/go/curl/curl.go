// Package curl fetches URLs with libcurl's multi interface on a loop of libasync. It is a module of its own because it
// needs libcurl, and the example of how a library with callbacks comes to Go: an adapter in C makes futures of them
// (asy_curl.c), Go waits for those.
package curl

/*
#cgo pkg-config: libasync_curl
#include <asy_curl.h>
#include <stdlib.h>
*/
import "C"

import (
	"context"
	"runtime"
	"unsafe"

	"libasync.dev/async"
)

// Client holds the connections that transfers leave open for the next.
type Client struct {
	loop   *async.Loop
	handle *C.asy_curl
}

// Response is what a server answered.
type Response struct {
	Status int
	Body   []byte
}

// New makes a client on a loop, from any goroutine.
func New(l *async.Loop) (*Client, error) {
	c := &Client{loop: l}
	var status C.asy_status
	if err := l.CallC(func(loop unsafe.Pointer) {
		status = C.asy_curl_new((*C.asy_loop)(loop), &c.handle)
	}); err != nil {
		return nil, err
	}
	if status < 0 {
		return nil, &async.Error{Code: int32(status), Message: C.GoString(C.asy_status_text(status))}
	}
	runtime.SetFinalizer(c, func(c *Client) { C.asy_curl_unref(c.handle) })
	return c, nil
}

// Fetch gets what a URL refers to. Whatever status the server answers with, there is no error; when the wait is cancelled,
// the transfer stops.
func (c *Client) Fetch(ctx context.Context, url string) (Response, error) {
	text := C.CString(url)
	defer C.free(unsafe.Pointer(text))
	answer, err := c.loop.AwaitC(ctx, func(unsafe.Pointer) unsafe.Pointer {
		return unsafe.Pointer(C.asy_curl_fetch(c.handle, text))
	})
	runtime.KeepAlive(c)
	if err != nil {
		return Response{}, err
	}
	parts := answer.([]any)
	return Response{int(parts[0].(int64)), parts[1].([]byte)}, nil
}

// Close cancels the running transfers and closes every connection; from any goroutine.
func (c *Client) Close() { C.asy_curl_close(c.handle) }
