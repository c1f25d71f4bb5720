module libasync.dev/bench

go 1.23

require libasync.dev/async v0.0.0

replace libasync.dev/async => ../../../bindings/go
