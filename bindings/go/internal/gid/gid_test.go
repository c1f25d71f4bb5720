package gid

import "testing"

func TestGoroutinesHaveDifferentIdentities(t *testing.T) {
	mine, theirs := Current(), make(chan uintptr)
	if Current() != mine {
		t.Error("the identity changed")
	}
	go func() { theirs <- Current() }()
	if <-theirs == mine {
		t.Error("two living goroutines have the same identity")
	}
}
