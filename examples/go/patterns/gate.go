package patterns

import (
	"context"

	"libasync.dev/async"
)

// Gate holds workers until what they need is ready, or tells them why it will not be.
type Gate struct {
	opened *async.Event
	err    error
}

// NewGate makes a gate that is closed.
func NewGate(l *async.Loop) *Gate { return &Gate{opened: l.NewEvent()} }

// Open lets everybody through.
func (g *Gate) Open() { g.opened.Set() }

// Fail sends everybody away, also those to come.
func (g *Gate) Fail(err error) {
	g.err = err
	g.opened.Set()
}

// Wait waits for the gate; a waiter's cancel is its own.
func (g *Gate) Wait(ctx context.Context) error {
	if err := g.opened.Wait(ctx); err != nil {
		return err
	}
	return g.err
}
