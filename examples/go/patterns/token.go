package patterns

import (
	"context"
	"time"

	"libasync.dev/async"
)

// Token is refreshed once, however many find it too old.
type Token struct {
	loop    *async.Loop
	lock    *async.Lock
	refresh func(ctx context.Context) (token string, lifetime time.Duration, err error)
	token   string
	until   time.Duration
}

// NewToken makes a token that is not there yet.
func NewToken(l *async.Loop, refresh func(ctx context.Context) (string, time.Duration, error)) *Token {
	return &Token{loop: l, lock: l.NewLock(), refresh: refresh}
}

// Get is the token, a fresh one if need be. A failed refresh is tried again by the next one.
func (t *Token) Get(ctx context.Context) (string, error) {
	if t.isFresh() {
		return t.token, nil
	}
	err := t.lock.Do(ctx, func() error {
		if t.isFresh() { // who had the lock before has refreshed it
			return nil
		}
		token, lifetime, err := t.refresh(ctx)
		if err == nil {
			t.token, t.until = token, t.loop.Time()+lifetime
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return t.token, nil
}

func (t *Token) isFresh() bool { return t.token != "" && t.loop.Time() < t.until }
