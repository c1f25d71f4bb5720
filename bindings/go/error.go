package async

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"

	"libasync.dev/async/internal/core"
)

// Error is an error of libasync or of another language.
//
// Errors of Go that pass through the loop come back as the same value, not as an Error.
type Error struct {
	Code      int32         // a status of libasync, negative
	Message   string        // what happened
	Errno     syscall.Errno // the operating system's error, or 0
	Traceback string        // where another language raised it, or ""
	Partial   []byte        // what came before a stream ended too early
	causes    []error       // the members of a group, else the cause
}

// What errors.Is compares with; each stands for every error of its code.
var (
	ErrCancelled     = sentinel(core.E_CANCELLED)      // also context.Canceled
	ErrTimeout       = sentinel(core.E_TIMEOUT)        // also context.DeadlineExceeded
	ErrClosed        = sentinel(core.E_CLOSED)         // the loop, stream, server or queue is closed; also net.ErrClosed
	ErrState         = sentinel(core.E_STATE)          // the call does not fit the state the object is in
	ErrInvalid       = sentinel(core.E_INVALID)        // an argument is out of range or of the wrong kind
	ErrWrongLoop     = sentinel(core.E_WRONG_LOOP)     // the object belongs to another loop
	ErrBrokenPromise = sentinel(core.E_BROKEN_PROMISE) // a promise was dropped without a result
	ErrEOF           = sentinel(core.E_EOF)            // a stream ended too early; also io.ErrUnexpectedEOF
	ErrLimit         = sentinel(core.E_LIMIT)          // a separator did not come within the stream's limit
	ErrNotFound      = sentinel(core.E_NOT_FOUND)      // the host or service is not known
	ErrGroup         = sentinel(core.E_GROUP)          // several errors; errors.Is and errors.As see each
	ErrBusy          = sentinel(core.E_BUSY)           // somebody else uses the object in the same way
	ErrBroken        = sentinel(core.E_BROKEN)         // a barrier was broken
	ErrEnd           = sentinel(core.E_END)            // a generator has no more items; also io.EOF
	ErrSlow          = sentinel(core.E_SLOW)           // a step took too long, in debug mode
	ErrNoMemory      = sentinel(core.E_NOMEM)          // memory ran out
	errAgain         = sentinel(core.E_AGAIN)
)

// errDeadline is what a cancel is when the deadline of a task's context passed: ErrCancelled and context.DeadlineExceeded.
var errDeadline = &Error{
	Code:    int32(core.E_CANCELLED),
	Message: "cancelled, as the deadline of the context passed",
	causes:  []error{context.DeadlineExceeded},
}

// ErrGoexit is the error of a task whose body called runtime.Goexit, as testing's FailNow does.
var ErrGoexit = errors.New("async: the task called runtime.Goexit")

func sentinel(code int) *Error {
	return &Error{Code: int32(code), Message: statusText(int32(code))}
}

func (e *Error) Error() string { return "async: " + e.Message }

// Is matches the sentinels of this package by their code, and what other packages call the same thing.
func (e *Error) Is(target error) bool {
	switch target {
	case context.Canceled:
		return e.Code == ErrCancelled.Code
	case context.DeadlineExceeded, os.ErrDeadlineExceeded:
		return e.Code == ErrTimeout.Code
	case net.ErrClosed:
		return e.Code == ErrClosed.Code
	case io.EOF:
		return e.Code == ErrEnd.Code
	case io.ErrUnexpectedEOF:
		return e.Code == ErrEOF.Code
	}
	other, ok := target.(*Error)
	return ok && e.Code == other.Code && other.isSentinel()
}

func (e *Error) isSentinel() bool { return e.causes == nil && e.Message == statusText(e.Code) }

// Unwrap gives the members of a group, the cause and the operating system's error.
func (e *Error) Unwrap() []error {
	if e.Errno == 0 {
		return e.causes
	}
	return append([]error{e.Errno}, e.causes...)
}

// Timeout tells whether a deadline passed, as net.Error asks for it.
func (e *Error) Timeout() bool { return e.Code == ErrTimeout.Code || e.Errno.Timeout() }

// Temporary is there for net.Error; nothing promises that trying again helps.
func (e *Error) Temporary() bool { return e.Errno.Temporary() }

// PanicError is the error of a task that panicked.
type PanicError struct {
	Value any    // what was passed to panic
	Stack []byte // where
}

func (e *PanicError) Error() string { return fmt.Sprintf("async: panic: %v\n\n%s", e.Value, e.Stack) }

// Unwrap gives the error that was passed to panic, if it was one.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

func statusText(code int32) string { return core.Text(core.Status_text(int(code))) }

// errorOfStatus is the error of a call that has no more to say than its status.
func errorOfStatus(status int32) error {
	if status == ErrCancelled.Code {
		return ErrCancelled
	}
	return &Error{Code: status, Message: statusText(status)}
}

// saying gives an error that has no more to say than its status the words that fit the call.
func saying(err error, words string) error {
	if own, ok := err.(*Error); ok && (own.Code == ErrState.Code || own.Code == ErrInvalid.Code) && own.isSentinel() {
		return &Error{Code: own.Code, Message: words}
	}
	return err
}

// isEnd tells whether an iteration is over.
func isEnd(err error) bool {
	own, ok := err.(*Error)
	return ok && own.Code == ErrEnd.Code
}

// errorOf makes a Go error of a borrowed one of C; any thread.
func errorOf(word uintptr) error {
	if own := core.Error_object(word, core.Go_type()); own != 0 {
		return objects.get(core.Go_slot(own)).(error)
	}
	code := int32(core.Error_code(word))
	message := core.Text(core.Error_message(word))
	if code == ErrCancelled.Code && message == ErrCancelled.Message {
		return ErrCancelled
	}
	e := &Error{
		Code:      code,
		Message:   message,
		Errno:     syscall.Errno(core.Error_os_code(word)),
		Traceback: core.Text(core.Error_traceback(word)),
	}
	if partial := core.Error_object(word, core.Bytes_type()); partial != 0 {
		e.Partial = append([]byte(nil), core.Bytes(core.Bytes_data(partial), uint64(core.Bytes_size(partial)))...)
	}
	for i := int64(0); i < core.Error_child_count(word); i++ {
		e.causes = append(e.causes, errorOf(core.Error_child(word, i)))
	}
	// That a timeout came by way of a cancel must not make it one.
	if cause := core.Error_cause(word); cause != 0 && e.causes == nil && core.Error_code(cause) != core.E_CANCELLED {
		e.causes = append(e.causes, errorOf(cause))
	}
	return e
}

// toC makes a C error that C owns; it comes back as the same value. Any thread.
func toC(err error) uintptr {
	if err == nil {
		return 0
	}
	code, errno, trace := int32(core.E_FOREIGN), int64(0), ""
	var (
		own     *Error
		panic   *PanicError
		errnum  syscall.Errno
		message = textOf(err)
	)
	switch {
	case errors.As(err, &panic):
		code, message, trace = int32(core.E_INTERNAL), fmt.Sprintf("panic: %v", panic.Value), string(panic.Stack)
	case errors.Is(err, context.Canceled):
		code = ErrCancelled.Code
	case errors.Is(err, context.DeadlineExceeded):
		code = ErrTimeout.Code
	case errors.As(err, &own) && (own.Code != ErrEnd.Code || isEnd(err)): // an end beside other errors is none
		code, errno = own.Code, int64(own.Errno)
	case errors.As(err, &errnum):
		code, errno = int32(core.E_OS), int64(errnum)
	}
	if err == error(ErrCancelled) {
		return core.Go_error(int(code), 0, 0, 0, 0)
	}
	text, traceback := cString(message), cString(trace)
	made := core.Go_error(int(code), text, traceback, errno, objects.put(err))
	core.Go_dealloc(text)
	core.Go_dealloc(traceback)
	return made
}

// textOf is an error's text, whatever its method does.
func textOf(err error) (text string) {
	defer func() {
		if value := recover(); value != nil {
			text = fmt.Sprintf("%T, whose Error method panics: %v", err, value)
		}
	}()
	return err.Error()
}

// cString copies a text to C memory that the caller frees.
func cString(text string) uintptr {
	block := core.Go_alloc(int64(len(text) + 1))
	if block == 0 {
		return 0
	}
	bytes := core.Bytes(block, uint64(len(text)+1))
	bytes[copy(bytes, text)] = 0
	return block
}
