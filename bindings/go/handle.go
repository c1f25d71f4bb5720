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

// object is lazy for what a function of the loop and some numbers makes.
func (l *Loop) object(make, unref int, arguments ...uint64) *handle {
	return l.lazy(unref, func() (uint64, error) {
		return l.call(call{code: make, args: parameters(l.handle, arguments)})
	})
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
	return h.l.use(func() {
		if h.ready() == nil {
			function(h.word)
		}
	})
}

// put calls a function of the object that has nothing to answer; from any goroutine.
func (h *handle) put(code int, arguments ...uint64) error {
	return h.use(func(word uint64) { h.l.put(call{code: code, args: parameters(word, arguments)}) })
}

// call calls a function of the object and waits for its answer.
func (h *handle) call(code int, arguments ...uint64) (word uint64, err error) {
	failed := h.ask(func(object uint64) {
		word, err = h.l.call(call{code: code, args: parameters(object, arguments)})
	})
	if err == nil {
		err = failed
	}
	return word, err
}

// number is call for what cannot fail; 0 too when the loop is closed.
func (h *handle) number(code int) int {
	word, _ := h.call(code)
	return int(int64(word))
}

func parameters(object uint64, rest []uint64) (all [4]uint64) {
	all[0] = object
	copy(all[1:], rest)
	return all
}

// try is call for what would have to wait otherwise.
func (h *handle) try(code int, arguments ...uint64) (done bool, err error) {
	_, err = h.call(code, arguments...)
	return tried(err)
}

// tried tells apart what succeeded, what would have to wait and what failed.
func tried(err error) (bool, error) {
	if own, ok := err.(*Error); ok && own.Code == errAgain.Code {
		return false, nil
	}
	return err == nil, err
}

// describe is the object's text, by a function that writes it to a buffer.
func (h *handle) describe(code int) (text string) {
	if err := h.ask(func(word uint64) { text = h.l.describe(code, word) }); err != nil {
		return "<" + err.Error() + ">"
	}
	return text
}

func (l *Loop) describe(code int, word uint64) string {
	const room = 512
	place := l.arena.take(room)
	size, _ := l.call(call{code: code, args: [4]uint64{word, uint64(place), room}})
	return string(core.Bytes(place, min(size, room-1)))
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
