// Package async runs goroutines as tasks of a libasync event loop.
//
// A loop task runs concurrently with the other tasks of its loop and never in parallel with them; it gives way where it
// waits: [Loop.Sleep], [Task.Await], reading a [Stream]. Waiting costs a coroutine switch. The same calls work in every
// other goroutine, where they wait by a channel and in parallel.
//
//	err := async.Run(context.Background(), func(ctx context.Context, l *async.Loop) error {
//		hello := l.Go(ctx, func(ctx context.Context) error {
//			return l.Sleep(ctx, time.Second)
//		})
//		return hello.Await(ctx)
//	})
//
// # Contexts and cancellation
//
// Every task has a context of its own, which its function is called with. It ends at the latest when the task has ended,
// and all tasks and contexts that were made with it. Cancelling the context a task was made with
// cancels the task; cancelling the task ends its context and makes the wait it is in return [ErrCancelled], which is
// [context.DeadlineExceeded] too when a deadline was the reason. The request is raised once: what a task waits for
// afterwards with its own context, to clean up, is not disturbed.
//
// A wait with any other context ends with that context's error as soon as it is done. A wait with a context that cannot be
// cancelled, such as [context.WithoutCancel] gives, is not interrupted: a request is raised at the next wait after it.
//
// # Generators
//
// A [Generator] gives items one by one, in a range loop with [Generator.All], which closes it however the loop is left.
// [NewGenerator] makes one of a function, for Go and for the other languages of the loop.
//
// # Looking in
//
// [Loop.Dump] tells where every task stands, with its frames, [Loop.CallGraph] who waits for one, [Loop.Metrics] what was counted, and
// [Debug] finds steps that hold up the loop. Package asynctest runs tests on a clock that jumps.
//
// # What a task must not do
//
// A task must not block its loop: no channel operations that wait for another task, no [sync.WaitGroup.Wait]; start a
// goroutine for that and wait for a [Promise]. It must not wait inside an [iter.Pull] of its own, which is another
// goroutine: the loop would wait for itself. It must not call [runtime.LockOSThread]: the loop's goroutine could not switch
// to it.
package async
