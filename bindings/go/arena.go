package async

import (
	"unsafe"

	"libasync.dev/async/internal/core"
)

const (
	arenaSize = 64 << 10
	eventSize = int(unsafe.Sizeof(core.Event{}))
)

// arena is C memory for what the operations of one turn refer to.
type arena struct {
	base, used uintptr
	large      []uintptr
}

func (a *arena) take(size int) uintptr {
	need := uintptr(size+15) &^ 15
	if a.base == 0 {
		a.base = mustAlloc(arenaSize)
	}
	if need > arenaSize-a.used {
		block := mustAlloc(need)
		a.large = append(a.large, block)
		return block
	}
	place := a.base + a.used
	a.used += need
	return place
}

// copy makes C memory of bytes; 0 for none.
func (a *arena) copy(data []byte) uintptr {
	if len(data) == 0 {
		return 0
	}
	place := a.take(len(data))
	copy(core.Bytes(place, uint64(len(data))), data)
	return place
}

// text makes a NUL-terminated copy.
func (a *arena) text(text string) uint64 {
	place := a.take(len(text) + 1)
	bytes := core.Bytes(place, uint64(len(text)+1))
	bytes[copy(bytes, text)] = 0
	return uint64(place)
}

// words makes an array of handles.
func (a *arena) words(words []uint64) uintptr {
	place := a.take(8 * max(len(words), 1))
	copy(unsafe.Slice((*uint64)(core.Pointer(place)), len(words)), words)
	return place
}

// reset ends the turn.
func (a *arena) reset() {
	a.used = 0
	for _, block := range a.large {
		core.Go_dealloc(block)
	}
	a.large = a.large[:0]
}

func (a *arena) free() {
	a.reset()
	core.Go_dealloc(a.base)
	a.base = 0
}

// mustAlloc does what Go does without memory: it ends the program.
func mustAlloc(size uintptr) uintptr {
	block := core.Go_alloc(int64(size))
	if block == 0 {
		panic("async: out of memory")
	}
	return block
}
