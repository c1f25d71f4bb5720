package core

import "testing"

func TestGoAndCAgreeOnTheLayoutOfSharedMemory(t *testing.T) {
	for index, want := range layout() {
		if got := Go_layout(uint(index)); got != uint64(want) {
			t.Errorf("entry %d of asy_go_layout is %d in C, %d in Go", index, got, want)
		}
	}
	if extra := Go_layout(uint(len(layout()))); extra != 0 {
		t.Errorf("asy_go_layout has an entry that Go does not compare: %d", extra)
	}
}
