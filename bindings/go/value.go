package async

import (
	"fmt"
	"math"

	"libasync.dev/async/internal/core"
)

// Object is a value of another language, or of C, that Go can only hand on.
type Object struct{ handle *handle }

// plain lays out the Go values that every language understands.
func plain(value any) (kind int, bits uint64, data []byte, ok bool) {
	switch v := value.(type) {
	case bool:
		if v {
			bits = 1
		}
		return core.VALUE_BOOL, bits, nil, true
	case int:
		return core.VALUE_INT, uint64(v), nil, true
	case int8:
		return core.VALUE_INT, uint64(v), nil, true
	case int16:
		return core.VALUE_INT, uint64(v), nil, true
	case int32:
		return core.VALUE_INT, uint64(v), nil, true
	case int64:
		return core.VALUE_INT, uint64(v), nil, true
	case uint8:
		return core.VALUE_INT, uint64(v), nil, true
	case uint16:
		return core.VALUE_INT, uint64(v), nil, true
	case uint32:
		return core.VALUE_INT, uint64(v), nil, true
	case float32:
		return core.VALUE_DOUBLE, math.Float64bits(float64(v)), nil, true
	case float64:
		return core.VALUE_DOUBLE, math.Float64bits(v), nil, true
	case string:
		return core.VALUE_STRING, 0, []byte(v), true
	case []byte:
		return core.VALUE_BYTES, 0, v, true
	}
	return 0, 0, nil, false
}

// value writes a Go value to C memory that lasts until the end of the turn; 0 for nil.
func (l *Loop) value(value any) uint64 {
	if value == nil {
		return 0
	}
	place := l.room()
	l.fill(place, value)
	return uint64(place)
}

// room is a nil value that lasts until the end of the turn.
func (l *Loop) room() uintptr {
	place := l.arena.take(core.ValueSize)
	clear(core.Bytes(place, core.ValueSize))
	return place
}

// list travels as a list of values; any other slice as a Go value.
type list []any

// fill turns a nil value of C into a Go value.
func (l *Loop) fill(place uintptr, value any) {
	kind, bits, data, ok := plain(value)
	switch v := value.(type) {
	case nil:
		return
	case interface{ travels() *handle }:
		if v.travels().ready() == nil {
			core.Go_set_object(place, uintptr(v.travels().word), core.Generator_type())
		}
		return
	case *Object:
		core.Go_set_object(place, uintptr(v.handle.word), v.handle.kind)
		return
	case list:
		if core.Value_set_list(place, int64(len(v))) < 0 {
			panic("async: out of memory")
		}
		for i, item := range v {
			l.fill(core.Value_item(place, int64(i)), item)
		}
		return
	}
	if !ok {
		kind, bits = core.VALUE_OBJECT, objects.put(value)
	}
	if core.Go_set_value(place, uint(kind), bits, l.arena.copy(data), int64(len(data))) < 0 {
		panic("async: out of memory")
	}
}

// receive is the value that a function of C writes.
func (l *Loop) receive(function func(place uintptr)) (any, error) {
	place, scratch := l.room(), l.arena.take(eventSize)
	function(place)
	if _, err := l.answer(); err != nil {
		return nil, err
	}
	core.Go_open(l.g, place, scratch)
	r := l.decode((*core.Event)(core.Pointer(scratch)), nil)
	value := r.any(l)
	core.Value_clear(place)
	return value, nil
}

// result is what an operation brought.
type result struct {
	err   error
	kind  int
	word  uint64
	data  []byte
	value any // of the kinds that are neither number nor bytes
}

// decode reads an event before the next turn. Bytes go to `into` if it is there.
func (l *Loop) decode(e *core.Event, into []byte) (r result) {
	if e.Status < 0 {
		r.err = l.failure(e)
		return r
	}
	r.kind, r.word = int(e.ValueKind), e.Word
	switch r.kind {
	case core.VALUE_STRING, core.VALUE_BYTES:
		bytes := core.Bytes(e.Data, e.Size)
		if into != nil {
			r.word = uint64(copy(into, bytes))
		} else {
			r.data = append(make([]byte, 0, len(bytes)), bytes...)
		}
	case core.VALUE_LIST:
		r.value = l.list(uintptr(e.Value), e.Size)
	case core.VALUE_ERROR:
		r.value = errorOf(uintptr(e.Error))
	case core.VALUE_OBJECT:
		r.value = l.foreign(e)
	}
	return r
}

func (l *Loop) failure(e *core.Event) error {
	switch {
	case e.Object != 0:
		return objects.get(e.Object).(error)
	case e.Error != 0:
		return errorOf(uintptr(e.Error))
	}
	return errorOfStatus(e.Status)
}

func (l *Loop) list(value uintptr, count uint64) []any {
	items := make([]any, count)
	scratch := l.arena.take(eventSize)
	for i := range items {
		core.Go_open(l.g, core.Value_item(value, int64(i)), scratch)
		r := l.decode((*core.Event)(core.Pointer(scratch)), nil)
		items[i] = r.any(l)
	}
	return items
}

// foreign wraps what an object value refers to; the reference is ours.
func (l *Loop) foreign(e *core.Event) any {
	switch uintptr(e.Type) {
	case core.Go_type():
		return objects.get(e.Word)
	case core.Stream_type():
		return &Stream{l.adopt(e.Word, core.OP_STREAM_UNREF)}
	case core.Generator_type():
		return &Generator[any]{l.adopt(e.Word, core.OP_GENERATOR_UNREF)}
	}
	h := &handle{l: l, word: e.Word, kind: uintptr(e.Type)}
	h.own()
	return &Object{h}
}

// any is the value as Go has it.
func (r *result) any(l *Loop) any {
	switch r.kind {
	case core.VALUE_FUTURE:
		return &FutureOf[any]{l.adopt(r.word, core.OP_FUTURE_UNREF)}
	case core.VALUE_BOOL:
		return r.word != 0
	case core.VALUE_INT:
		return int64(r.word)
	case core.VALUE_DOUBLE:
		return math.Float64frombits(r.word)
	case core.VALUE_STRING:
		return string(r.data)
	case core.VALUE_BYTES:
		return r.data
	}
	return r.value
}

// as converts what came from C to the type that the caller expects.
func as[T any](value any) (out T, err error) {
	if value == nil {
		return out, nil
	}
	if exact, ok := value.(T); ok {
		return exact, nil
	}
	if integer, ok := value.(int64); ok {
		switch p := any(&out).(type) {
		case *int:
			*p = int(integer)
			return out, fits(int64(*p) == integer, value, out)
		case *int8:
			*p = int8(integer)
			return out, fits(int64(*p) == integer, value, out)
		case *int16:
			*p = int16(integer)
			return out, fits(int64(*p) == integer, value, out)
		case *int32:
			*p = int32(integer)
			return out, fits(int64(*p) == integer, value, out)
		case *uint8:
			*p = uint8(integer)
			return out, fits(int64(*p) == integer, value, out)
		case *uint16:
			*p = uint16(integer)
			return out, fits(int64(*p) == integer, value, out)
		case *uint32:
			*p = uint32(integer)
			return out, fits(int64(*p) == integer, value, out)
		}
	}
	if number, ok := value.(float64); ok {
		if p, ok := any(&out).(*float32); ok {
			*p = float32(number)
			return out, nil
		}
	}
	return out, fits(false, value, out)
}

func fits(ok bool, value, wanted any) error {
	if ok {
		return nil
	}
	return &Error{Code: ErrInvalid.Code, Message: fmt.Sprintf("a value %v of type %T is no %T", value, value, wanted)}
}
