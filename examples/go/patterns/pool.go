package patterns

import (
	"context"
	"time"

	"libasync.dev/async"
)

// Pool lends at most so many connections, made when needed, used again while they are healthy.
type Pool[C any] struct {
	options  PoolOptions[C]
	loop     *async.Loop
	slots    *async.Semaphore // who waits for one stands in its line
	returned *async.Event
	closing  bool
	users    int       // who has a connection, opens one or waits for one
	idle     []idle[C] // the last one returned is the first to go out again
}

// PoolOptions is how a pool deals with its connections.
type PoolOptions[C any] struct {
	Size    uint64
	Idle    time.Duration // closed when it lay unused for as long
	Open    func(ctx context.Context) (C, error)
	Close   func(connection C)
	Healthy func(connection C) bool // or nil
}

type idle[C any] struct {
	connection C
	since      time.Duration
}

// NewPool makes a pool, which opens nothing yet.
func NewPool[C any](l *async.Loop, options PoolOptions[C]) *Pool[C] {
	return &Pool[C]{options: options, loop: l, slots: l.NewSemaphore(options.Size), returned: l.NewEvent()}
}

// Acquire lends a connection, and waits for one no longer than the limit. It fails with ErrClosed once the pool closes.
func (p *Pool[C]) Acquire(ctx context.Context, limit time.Duration) (connection C, err error) {
	p.users++
	err = p.loop.Timeout(ctx, limit, func(ctx context.Context) error {
		if err := p.slots.Acquire(ctx); err != nil {
			return err
		}
		if connection, err = p.take(ctx); err != nil {
			p.slots.Release()
		}
		return err
	})
	if err != nil {
		p.leave()
	}
	return connection, err
}

func (p *Pool[C]) take(ctx context.Context) (connection C, err error) {
	if p.closing {
		return connection, async.ErrClosed
	}
	for n := len(p.idle); n > 0; n = len(p.idle) {
		last := p.idle[n-1]
		p.idle = p.idle[:n-1]
		fresh := p.loop.Time()-last.since < p.options.Idle
		if fresh && (p.options.Healthy == nil || p.options.Healthy(last.connection)) {
			return last.connection, nil
		}
		p.options.Close(last.connection)
	}
	return p.options.Open(ctx)
}

// Release takes a connection back; a broken one is closed.
func (p *Pool[C]) Release(connection C, broken bool) {
	if broken || p.closing {
		p.options.Close(connection)
	} else {
		p.idle = append(p.idle, idle[C]{connection, p.loop.Time()})
	}
	p.slots.Release()
	p.leave()
}

func (p *Pool[C]) leave() {
	if p.users--; p.users == 0 {
		p.returned.Set()
	}
}

// Close lets nobody in, waits for all who use the pool and closes all. Cancelled, it can be called again.
func (p *Pool[C]) Close(ctx context.Context) error {
	p.closing = true
	p.returned.Clear()
	if p.users > 0 {
		if err := p.returned.Wait(ctx); err != nil {
			return err
		}
	}
	for _, one := range p.idle {
		p.options.Close(one.connection)
	}
	p.idle = nil
	return nil
}
