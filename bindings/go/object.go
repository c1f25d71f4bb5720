package async

import "sync"

// objects holds the Go values that C refers to, by slot. C counts its references and tells when the last one goes.
var objects table

type table struct {
	mu    sync.Mutex
	slots []any
	free  []uint64
}

func (t *table) put(object any) uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.free); n > 0 {
		slot := t.free[n-1]
		t.free = t.free[:n-1]
		t.slots[slot-1] = object
		return slot
	}
	t.slots = append(t.slots, object)
	return uint64(len(t.slots))
}

func (t *table) get(slot uint64) any {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.slots[slot-1]
}

func (t *table) release(slot uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.slots[slot-1] = nil
	t.free = append(t.free, slot)
}

// count is the number of objects that C still refers to.
func (t *table) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.slots) - len(t.free)
}
