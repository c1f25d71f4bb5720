module libasync.dev/examples

go 1.23

require (
	libasync.dev/async v0.0.0
	libasync.dev/async/curl v0.0.0
)

replace (
	libasync.dev/async => ../../bindings/go
	libasync.dev/async/curl => ../../bindings/go/curl
)
