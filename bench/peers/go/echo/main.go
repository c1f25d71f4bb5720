// Command echo SIDE PORT, with SIDE libasync or go, is an echo server; it ends by SIGTERM.
package main

import (
	"context"
	"net"
	"os"
	"strconv"

	"libasync.dev/async"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func loop(ctx context.Context, l *async.Loop, port int) error {
	server, err := l.Serve(ctx, "127.0.0.1", port, func(ctx context.Context, s *async.Stream) error {
		data := make([]byte, 64*1024)
		for {
			n, err := s.Read(ctx, data)
			if err != nil {
				return nil
			}
			if _, err = s.Write(ctx, data[:n]); err != nil {
				return nil
			}
		}
	})
	if err != nil {
		return err
	}
	return server.Wait(ctx)
}

func plain(port int) error {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer client.Close()
			data := make([]byte, 64*1024)
			for {
				n, err := client.Read(data)
				if err != nil {
					return
				}
				if _, err = client.Write(data[:n]); err != nil {
					return
				}
			}
		}()
	}
}

func main() {
	port, err := strconv.Atoi(os.Args[2])
	check(err)
	if os.Args[1] == "go" {
		check(plain(port))
		return
	}
	check(async.Run(context.Background(), func(ctx context.Context, l *async.Loop) error { return loop(ctx, l, port) }))
}
