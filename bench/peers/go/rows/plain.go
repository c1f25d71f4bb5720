package main

import (
	"runtime"
	"sync"
	"time"
)

// plain is the same work by goroutines and channels alone.
var plain = map[string]row{
	"spawn": func(count int) error {
		var all sync.WaitGroup
		for range count / wave {
			all.Add(wave)
			for range wave {
				go all.Done()
			}
			all.Wait()
		}
		return nil
	},
	"switch": func(count int) error {
		return each(tasks, func() {
			for range count / tasks {
				runtime.Gosched()
			}
		})
	},
	"hop": func(count int) error { // a value to another goroutine and back
		there, back := make(chan struct{}), make(chan struct{})
		go func() {
			for range there {
				back <- struct{}{}
			}
		}()
		for range count {
			there <- struct{}{}
			<-back
		}
		close(there)
		return nil
	},
	"lock": func(count int) error {
		lock := make(chan struct{}, 1) // first come, first served, as sync.Mutex is not
		return each(2, func() {
			for range count / 2 {
				lock <- struct{}{}
				runtime.Gosched()
				<-lock
			}
		})
	},
	"queue": func(count int) error {
		queue := make(chan int, 1)
		go func() {
			for i := range count {
				queue <- i
			}
		}()
		for range count {
			<-queue
		}
		return nil
	},
	"timer_cancel": func(count int) error {
		armed := make([]*time.Timer, 100000)
		for i := range armed {
			armed[i] = time.AfterFunc(time.Hour+delay(i), func() {})
		}
		for i := range count {
			time.AfterFunc(time.Hour+delay(i), func() {}).Stop()
		}
		for _, timer := range armed {
			timer.Stop()
		}
		return nil
	},
	"timer_fire": func(count int) error {
		var all sync.WaitGroup
		all.Add(count)
		for i := range count {
			time.AfterFunc(delay(i)%time.Millisecond, all.Done)
		}
		all.Wait()
		return nil
	},
	"sleeping": func(count int) error {
		var all sync.WaitGroup
		all.Add(count)
		for i := range count {
			go func() {
				time.Sleep(delay(i))
				all.Done()
			}()
		}
		all.Wait()
		return nil
	},
	"post": func(count int) error { // functions through a channel, to the goroutine that runs them
		posted := make(chan func(), 1024)
		left := count
		go func() {
			for range count {
				posted <- func() { left-- }
			}
		}()
		for range count {
			(<-posted)()
		}
		return nil
	},
	"await":   func(count int) error { return requestReply(count, clients) },
	"await_1": func(count int) error { return requestReply(count, 1) },
}

func requestReply(count, clients int) error {
	requests := make(chan chan struct{}, 64)
	defer close(requests)
	go func() {
		for reply := range requests {
			reply <- struct{}{}
		}
	}()
	return each(clients, func() {
		reply := make(chan struct{}, 1)
		for range count / clients {
			requests <- reply
			<-reply
		}
	})
}
