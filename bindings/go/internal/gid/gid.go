// Package gid tells goroutines apart.
//
// A task's coroutine must not be suspended from another goroutine that was handed the task's context. Go has no public
// name for the current goroutine, but its assembler gives every package the address of its descriptor, which is unique
// while the goroutine lives and costs one load.
package gid

// Current identifies the calling goroutine among those that are alive.
func Current() uintptr { return current() }
