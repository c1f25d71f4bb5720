package async

import "libasync.dev/async/internal/core"

// call is a function of the C ABI with its parameters.
type call struct {
	code   int
	handle *handle // stands for the first parameter
	task   *Task   // whose end is waited for, instead of a call
	last   bool    // the loop stops with that task
	args   [4]uint64
	data   []byte // copied to C memory; its address is parameter `at`,
	at     uint8
	sized  bool   // and its size the next one
	value  any    // the second parameter, as a value that C consumes
	into   []byte // where the bytes of the result go
}

// next is a place for an operation in the array that the next turn applies; on the loop.
func (l *Loop) next() *core.Op {
	if l.count == len(l.ops) {
		if core.Go_reserve(l.g, int64(2*l.count)) < 0 {
			panic("async: out of memory")
		}
		l.ops = l.shared.OpsOf()
	}
	op := &l.ops[l.count]
	l.count++
	*op = core.Op{}
	return op
}

// write makes an operation of a call.
func (l *Loop) write(c *call) *core.Op {
	value := uint64(0)
	if c.value != nil {
		value = l.value(c.value) // before the operation: it may make an object first
	}
	op := l.next()
	op.Code = uint32(c.code)
	copy(op.Args[:], c.args[:])
	if c.handle != nil {
		op.Args[0] = c.handle.word
	}
	if c.value != nil {
		op.Args[1] = value
	}
	if c.data != nil {
		op.Args[c.at] = uint64(l.arena.copy(c.data))
		if c.sized {
			op.Args[c.at+1] = uint64(len(c.data))
		}
	}
	return op
}

// put applies a call in the next turn and asks for no answer.
func (l *Loop) put(c call) { l.write(&c) }

// ask applies a call in the next turn; its answers go to the tag.
func (l *Loop) ask(c *call, tag uint64, returned bool) {
	op := l.write(c)
	op.Tag = tag
	if returned {
		op.Flags = uint32(core.OP_RETURN)
	}
}

// pending is the number of operations that a call of C which is no operation applies first.
func (l *Loop) pending() int64 {
	count := l.count
	l.count = 0
	return int64(count)
}

// call calls at once, after what was put before.
func (l *Loop) call(c call) (word uint64, err error) {
	l.write(&c)
	core.Go_call(l.g, l.pending())
	return l.answer()
}

// answer is what the last call of C gave.
func (l *Loop) answer() (word uint64, err error) {
	if l.shared.Status < 0 {
		return l.shared.Word, errorOfStatus(l.shared.Status)
	}
	return l.shared.Word, nil
}

// number is a call that gives an integer and cannot fail.
func (l *Loop) number(code int, object uint64) int {
	word, _ := l.call(call{code: code, args: [4]uint64{object}})
	return int(int64(word))
}
