package patterns

import (
	"context"

	"libasync.dev/async"
)

// Sources runs the sources of one connection: when one ends, well or not, all do.
func Sources(ctx context.Context, l *async.Loop, sources ...Function) error {
	return l.Group(ctx, func(ctx context.Context, g *async.Group) error {
		for _, source := range sources {
			g.Go(func(ctx context.Context) error {
				err := source(ctx)
				if err == nil {
					g.Cancel()
				}
				return err
			})
		}
		return nil
	})
}
