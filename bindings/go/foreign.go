package async

import (
	"context"
	"runtime"
	"unsafe"

	"libasync.dev/async/internal/core"
)

// CallC calls a function that uses the C ABI on the loop. Its argument is the asy_loop; it must not wait. From any
// goroutine, in which it panics, too, when the function does.
func (l *Loop) CallC(function func(loop unsafe.Pointer)) (err error) {
	if l.onLoop() {
		return l.callC(function)
	}
	var failed error
	if closed := l.do(func() { failed = l.protect(func() { err = l.callC(function) }) }); closed != nil {
		return closed
	}
	if failed == ErrGoexit {
		runtime.Goexit()
	} else if failed != nil {
		panic(failed)
	}
	return err
}

// CallC calls a function that uses the C ABI on the task, which is its argument: an asy_task, nil when it has ended.
func (t *Task) CallC(function func(task unsafe.Pointer)) error {
	return t.l.CallC(func(unsafe.Pointer) { function(core.Pointer(uintptr(t.future))) })
}

// AwaitC calls a C function that returns an owned asy_future, and waits for it: this is how a library with callbacks is
// used once an adapter in C makes futures of them. A goroutine whose context is done cancels the future.
func (l *Loop) AwaitC(ctx context.Context, function func(loop unsafe.Pointer) (future unsafe.Pointer)) (any, error) {
	var future uint64
	if err := l.CallC(func(loop unsafe.Pointer) { future = uint64(uintptr(function(loop))) }); err != nil {
		return nil, err
	}
	r := l.awaitOwned(ctx, future, true)
	if r.err != nil {
		return nil, r.err
	}
	return r.any(l), nil
}

// callC keeps the goroutine on its thread, as the loop belongs to the thread that acquired it.
func (l *Loop) callC(function func(loop unsafe.Pointer)) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if status := core.Go_enter(l.g, l.pending()); status < 0 {
		return errorOfStatus(int32(status))
	}
	defer core.Go_leave(l.g)
	defer func(t *Task) { l.current, l.pinned = t, false }(l.current)
	l.current, l.pinned = nil, true // a wait would switch away from this thread: it fails instead
	function(core.Pointer(uintptr(l.handle)))
	return nil
}

// awaitOwned waits for a future that is given back afterwards.
func (l *Loop) awaitOwned(ctx context.Context, future uint64, own bool) result {
	c, onLoop := &call{code: core.OP_FUTURE_REF, args: [4]uint64{future}}, l.onLoop()
	giveBack := func() {
		if own {
			l.put(call{code: core.OP_FUTURE_CANCEL, args: [4]uint64{future}}) // it never began to wait, or this is nothing
		}
		l.put(call{code: core.OP_FUTURE_UNREF, args: [4]uint64{future}})
	}
	if onLoop {
		defer giveBack()
		return l.await(ctx, c)
	}
	r := l.wait(ctx, c, own)
	l.submit(submission{run: giveBack})
	return r
}
