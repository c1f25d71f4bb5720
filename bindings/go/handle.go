package async

import (
	"runtime"

	"libasync.dev/async/internal/core"
)

// handle owns a reference to an object of the loop, until the collector finds that nobody uses it or the loop ends.
type handle struct {
	l     *Loop
	word  uint64 // read and written on the loop only
	index int    // in the loop's list
	unref int    // the operation that gives the reference back
	kind  uintptr
	make  func() (word uint64, err error)
	err   error
}

// owned is a reference that somebody has a handle of.
type owned struct {
	word  uint64
	unref int
	kind  uintptr // of an object of another language, instead of `unref`
}

// adopt takes over a reference; on the loop.
func (l *Loop) adopt(word uint64, unref int) *handle {
	h := &handle{l: l, word: word, unref: unref}
	h.own()
	return h
}

// lazy is a handle whose object is made at its first use, so that making it needs no context and no wait.
func (l *Loop) lazy(unref int, make func() (uint64, error)) *handle {
	return &handle{l: l, unref: unref, make: make}
}

// ready makes the object if it is not there yet; on the loop.
func (h *handle) ready() error {
	if h.make != nil {
		h.word, h.err = h.make()
		h.make = nil
		if h.err == nil {
			h.own()
		}
	}
	return h.err
}

func (h *handle) own() {
	h.index = h.l.own(owned{h.word, h.unref, h.kind})
	runtime.SetFinalizer(h, func(h *handle) {
		h.l.submit(submission{run: func() { h.l.disown(h.index) }})
	})
}

// drop gives the reference back now; on the loop.
func (h *handle) drop() {
	if h.word != 0 {
		runtime.SetFinalizer(h, nil)
		h.l.disown(h.index)
		h.word = 0
	}
	h.make, h.err = nil, ErrClosed
}

func (l *Loop) own(o owned) int {
	if n := len(l.unused); n > 0 {
		index := l.unused[n-1]
		l.unused = l.unused[:n-1]
		l.owned[index] = o
		return index
	}
	l.owned = append(l.owned, o)
	return len(l.owned) - 1
}

func (l *Loop) disown(index int) {
	o := l.owned[index]
	if o.word == 0 {
		return
	}
	l.owned[index] = owned{}
	l.unused = append(l.unused, index)
	if o.kind != 0 {
		core.Go_release_object(l.g, l.pending(), uintptr(o.word), o.kind)
		return
	}
	l.put(call{code: o.unref, args: [4]uint64{o.word}})
}

// use calls a function with the object, on the loop but not necessarily now; from any goroutine.
func (h *handle) use(function func(word uint64)) error {
	run := func() {
		if h.ready() == nil {
			function(h.word)
		}
	}
	if h.l.onLoop() {
		run()
		return nil
	}
	return h.l.submit(submission{run: run})
}

// ask calls a function with the object, on the loop, and waits for it.
func (h *handle) ask(function func(word uint64)) error {
	var failed error
	if err := h.l.do(func() {
		if failed = h.ready(); failed == nil {
			function(h.word)
		}
	}); err != nil {
		return err
	}
	return failed
}
