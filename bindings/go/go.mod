module libasync.dev/async

go 1.23
