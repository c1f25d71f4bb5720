package core

import "unsafe"

// Op is asy_op, in C memory.
type Op struct {
	Code  uint32
	Flags uint32
	Tag   uint64
	Task  uint64
	Args  [6]uint64
}

// Event is asy_go_event, in C memory.
type Event struct {
	Tag    uint64
	Kind   uint32
	Status int32
	Word   uint64
	Data   uintptr
	Size   uint64
	Type   uint64
	Error  uint64
	Value  uint64
	Object uint64

	ValueKind uint32
	_         uint32
}

// Shared is asy_go_shared, the head of asy_go.
type Shared struct {
	Ops        uintptr
	OpCapacity uint64
	Events     uintptr
	EventCount uint64
	Time       uint64
	Status     int32
	_          int32
	Word       uint64
}

// TaskOptions is asy_task_options, in C memory.
type TaskOptions struct {
	Size      uint64
	Name      uint64
	StackSize uint64
	Context   uint64
	Flags     uint64
	Place     uint64
}

// Metrics is asy_loop_metrics, in C memory: counters in the order of its members.
type Metrics struct {
	Size     uint64
	Counters [14]uint64
}

// Sizes of C structs that Go fills in.
const (
	ValueSize       = 32
	TaskOptionsSize = unsafe.Sizeof(TaskOptions{})
	MetricsSize     = unsafe.Sizeof(Metrics{})
)

// Pointer makes a pointer of the address of C memory. Go's own memory must never pass through here.
func Pointer(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

// SharedOf is the part of an asy_go that Go reads.
func SharedOf(g uintptr) *Shared { return (*Shared)(Pointer(g)) }

// OpsOf is the array that operations are written to.
func (s *Shared) OpsOf() []Op { return unsafe.Slice((*Op)(Pointer(s.Ops)), s.OpCapacity) }

// EventsOf is what the last turn brought.
func (s *Shared) EventsOf() []Event { return unsafe.Slice((*Event)(Pointer(s.Events)), s.EventCount) }

// Bytes is a view of C memory.
func Bytes(data uintptr, size uint64) []byte { return unsafe.Slice((*byte)(Pointer(data)), size) }

// Text copies a NUL-terminated text.
func Text(text uintptr) string {
	if text == 0 {
		return ""
	}
	size := 0
	for *(*byte)(unsafe.Add(Pointer(text), size)) != 0 {
		size++
	}
	return string(Bytes(text, uint64(size)))
}

// layout lists what asy_go_layout() does, in the same order.
func layout() []uintptr {
	var (
		op      Op
		event   Event
		shared  Shared
		options TaskOptions
	)
	return []uintptr{
		unsafe.Sizeof(op), unsafe.Offsetof(op.Tag), unsafe.Offsetof(op.Task), unsafe.Offsetof(op.Args),
		unsafe.Sizeof(event), unsafe.Offsetof(event.Status), unsafe.Offsetof(event.Word),
		unsafe.Offsetof(event.Data), unsafe.Offsetof(event.Type), unsafe.Offsetof(event.Error),
		unsafe.Offsetof(event.Value), unsafe.Offsetof(event.Object), unsafe.Offsetof(event.ValueKind),
		unsafe.Sizeof(shared), unsafe.Offsetof(shared.Events), unsafe.Offsetof(shared.Time),
		unsafe.Offsetof(shared.Status), unsafe.Offsetof(shared.Word),
		ValueSize, TaskOptionsSize, unsafe.Offsetof(options.Name), unsafe.Offsetof(options.Context),
		unsafe.Offsetof(options.Flags), unsafe.Offsetof(options.Place), MetricsSize, unsafe.Sizeof(Metrics{}) - 8,
	}
}
