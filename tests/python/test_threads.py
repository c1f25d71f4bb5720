"""Executors, to_thread(), and a loop seen from other threads."""

from __future__ import annotations

import concurrent.futures
import contextvars
import threading
import time
import unittest
import weakref
from collections.abc import Callable
from typing import Any

import libasync as asy
from support import Case

variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")
shared: asy.ContextVar[str] = asy.ContextVar("shared", default="none")


class ExecutorTest(Case):
    # THR-01 CTX-04
    def test_results_errors_and_contexts_come_from_another_thread(self) -> None:
        async def main() -> None:
            loop = asy.get_running_loop()
            variable.set("set")
            shared.set("set")
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                for executor in (None, asy.Executor(max_threads=1, name="own"), pool):
                    thread, name = await loop.run_in_executor(executor, lambda *args: (threading.get_ident(), args), 1, 2)
                    self.assertNotEqual((thread, name), (threading.get_ident(), ()))
                    self.assertEqual(name, (1, 2))
                    with self.assertRaises(ZeroDivisionError):
                        await loop.run_in_executor(executor, lambda: 1 / 0)
                    self.assertEqual(await loop.run_in_executor(executor, variable.get), "none")
            self.assertEqual(await loop.run_in_executor(None, shared.get), "set")
            with self.assertRaisesRegex(RuntimeError, "StopIteration"):
                await loop.run_in_executor(None, next, iter(()))
            for wrong in (main, 3):
                with self.assertRaises(TypeError):
                    loop.run_in_executor(None, wrong)

        self.run_main(main(), virtual_clock=False)

    # THR-03 CTX-04 CTX-08
    def test_to_thread_carries_arguments_and_context(self) -> None:
        async def main() -> None:
            variable.set("request 7")

            def blocking(*args: int, scale: int) -> tuple[str, list[int]]:
                seen = variable.get()
                variable.set("changed there")
                return seen, [arg * scale for arg in args]

            self.assertEqual(await asy.to_thread(blocking, 1, 2, scale=10), ("request 7", [10, 20]))
            self.assertEqual(variable.get(), "request 7")

        self.run_main(main(), virtual_clock=False)

    # THR-02
    def test_cancelled_job_never_runs_when_queued_and_frees_its_waiter_when_running(self) -> None:
        async def main() -> None:
            loop, started, go = asy.get_running_loop(), threading.Event(), threading.Event()
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                for executor in (asy.Executor(max_threads=1), pool):
                    started.clear()
                    go.clear()
                    ran: list[str] = []
                    running = loop.run_in_executor(executor, lambda ran=ran: (started.set(), go.wait(10), ran.append("ran on")))
                    queued = loop.run_in_executor(executor, ran.append, "queued")
                    await loop.run_in_executor(None, started.wait)
                    for job in (running, queued):
                        job.cancel()
                        with self.assertRaises(asy.CancelledError):
                            await job
                    go.set()
                    await loop.run_in_executor(executor, int)
                    self.assertEqual(ran, ["ran on"])

        self.run_main(main(), virtual_clock=False)

    # THR-04 EXT-05
    def test_default_executor_is_a_thread_pool(self) -> None:
        async def main() -> None:
            loop = asy.get_running_loop()
            own = asy.Executor(max_threads=1, max_queued=1, name="own")
            loop.set_default_executor(own)
            self.assertNotEqual(await asy.to_thread(threading.get_ident), threading.get_ident())
            with concurrent.futures.ThreadPoolExecutor(1, "pool") as pool:
                loop.set_default_executor(pool)
                self.assertIn("pool", await asy.to_thread(lambda: threading.current_thread().name))
                loop.set_default_executor(own)
            for wrong in (None, 3, object()):
                with self.assertRaises(TypeError):
                    loop.set_default_executor(wrong)
            with self.assertRaises(ValueError):
                asy.Executor(max_threads=5000)

        self.run_main(main(), virtual_clock=False)

    # THR-05
    def test_shut_down_waits_warns_and_refuses(self) -> None:
        async def main() -> None:
            loop, go = asy.get_running_loop(), threading.Event()
            job = loop.run_in_executor(None, go.wait, 10)
            with self.assertWarnsRegex(RuntimeWarning, "has not ended"):
                await loop.shutdown_default_executor(0.001)
            go.set()
            self.assertTrue(await job)
            with self.assertRaisesRegex(RuntimeError, "shut down"):
                await asy.to_thread(int)

        async def pool() -> None:
            loop = asy.get_running_loop()
            loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(1))
            self.assertEqual(await asy.to_thread(int), 0)
            await loop.shutdown_default_executor()
            with self.assertRaises(RuntimeError):
                await asy.to_thread(int)

        self.run_main(main(), virtual_clock=False)
        self.run_main(pool(), virtual_clock=False)

    # THR-01
    def test_full_queue_and_a_closed_loop_are_errors(self) -> None:
        async def main() -> None:
            loop, go = asy.get_running_loop(), threading.Event()
            executor = asy.Executor(max_threads=1, max_queued=1)
            jobs = [loop.run_in_executor(executor, go.wait, 10) for _ in range(1)]
            refused = 0
            for _ in range(3):
                job = loop.run_in_executor(executor, go.wait, 10)
                if job.done():
                    with self.assertRaises(BlockingIOError):
                        await job
                    refused += 1
                else:
                    jobs.append(job)
            self.assertGreater(refused, 0)
            go.set()
            await asy.gather(*jobs)
            await executor.shutdown()
            with self.assertRaises(asy.ClosedError):
                await loop.run_in_executor(executor, int)
            self.loop = loop

        self.run_main(main(), virtual_clock=False)
        with self.assertRaises(asy.ClosedError):
            self.loop.run_in_executor(None, int)


class WrappedTest(Case):
    # FUT-14
    def test_outcomes_cross_from_the_thread_future(self) -> None:
        async def main() -> None:
            error = KeyError("there")
            for complete in ("set_result", 5), ("set_exception", error), ("cancel",):
                source: concurrent.futures.Future[int] = concurrent.futures.Future()
                wrapped = asy.wrap_future(source)
                thread = threading.Thread(target=getattr(source, complete[0]), args=complete[1:])
                thread.start()
                try:
                    self.assertEqual((await wrapped, complete[0]), (5, "set_result"))
                except KeyError as raised:
                    self.assertIs(raised, error)
                except asy.CancelledError:
                    self.assertTrue(source.cancelled() and wrapped.cancelled())
                thread.join()
            self.assertIs(asy.wrap_future(wrapped), wrapped)
            with self.assertRaises(TypeError):
                asy.wrap_future(3)

        self.run_main(main(), virtual_clock=False)

    # FUT-14 THR-02
    def test_a_cancel_crosses_to_the_thread_future(self) -> None:
        async def wait(future: asy.Future[int]) -> int:
            return await future

        async def main() -> None:
            for running in False, True:
                for by_task in False, True:
                    source: concurrent.futures.Future[int] = concurrent.futures.Future()
                    if running:
                        source.set_running_or_notify_cancel()
                    wrapped = asy.wrap_future(source)
                    task = asy.create_task(wait(wrapped))
                    await asy.sleep(0)
                    (task if by_task else wrapped).cancel()
                    await asy.gather(task, return_exceptions=True)
                    self.assertTrue(task.cancelled() and wrapped.cancelled())
                    self.assertEqual(source.cancelled(), not running)
                    if running:
                        source.set_result(1)  # nobody waits any more

        self.run_main(main())

    # FUT-14
    def test_neither_keeps_the_other(self) -> None:
        class Source(concurrent.futures.Future[int]):
            pass

        async def main() -> None:
            for end in (lambda source, wrapped: source.set_result(1)), (lambda source, wrapped: wrapped.cancel()), None:
                source = Source()
                wrapped = asy.wrap_future(source)
                if end:
                    end(source, wrapped)
                    await asy.gather(wrapped, return_exceptions=True)
                reference = weakref.ref(source)
                del source, wrapped
                await asy.sleep(0)
                self.assert_collected(reference)

        self.run_main(main())

    # FUT-14 THR-06
    def test_what_comes_after_the_end_of_the_loop_is_dropped(self) -> None:
        source: concurrent.futures.Future[int] = concurrent.futures.Future()
        with self.make_loop() as loop:
            asy.wrap_future(source, loop=loop)
        source.set_result(1)


class OtherThreadTest(Case):
    def beside(self, work: Callable[[asy.Loop], Any]) -> Any:
        """Runs work(loop) on a thread of its own while the loop runs here."""
        outcome: list[Any] = []

        async def main() -> None:
            loop = asy.get_running_loop()
            ended = asy.Event()

            def run() -> None:
                try:
                    outcome.append(work(loop))
                except BaseException as error:
                    outcome.append(error)
                loop.call_soon_threadsafe(ended.set)

            thread = threading.Thread(target=run)
            thread.start()
            await ended.wait()
            thread.join()

        self.run_main(main(), virtual_clock=False)
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0]

    # THR-07 THR-11
    def test_result_error_and_cancel_of_a_coroutine(self) -> None:
        async def unit(outcome: Any) -> Any:
            await asy.sleep(0)
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        ended: list[str] = []
        never, begun = asy.Event(), threading.Event()

        async def hanging() -> None:
            try:
                begun.set()
                await never.wait()
            except asy.CancelledError:
                ended.append("cancelled")
                raise

        def work(loop: asy.Loop) -> None:
            self.assertEqual(asy.run_coroutine_threadsafe(unit(5), loop).result(5), 5)
            with self.assertRaisesRegex(ValueError, "there"):
                asy.run_coroutine_threadsafe(unit(ValueError("there")), loop).result(5)
            future = asy.run_coroutine_threadsafe(hanging(), loop)
            self.assertTrue(begun.wait(5))
            with self.assertRaises(TimeoutError):
                future.result(0.002)
            self.assertFalse(future.done())  # an expired wait cancels nothing
            future.cancel()
            with self.assertRaises(concurrent.futures.CancelledError):
                future.result(5)
            asy.run_coroutine_threadsafe(unit(1), loop).result(5)
            self.assertEqual(ended, ["cancelled"])
            with self.assertRaises(TypeError):
                asy.run_coroutine_threadsafe(5, loop)
            loop.call_soon_threadsafe(loop.set_task_factory, lambda loop, coro, **keywords: coro.close())
            with self.assertRaises(TypeError):
                asy.run_coroutine_threadsafe(unit(1), loop).result(5)
            loop.call_soon_threadsafe(loop.set_task_factory, None)

        self.beside(work)

    # THR-08 THR-11
    def test_the_loops_own_thread_is_refused_to_wait_for_itself(self) -> None:
        async def unit() -> int:
            return 3

        async def main() -> None:
            future = asy.run_coroutine_threadsafe(unit(), asy.get_running_loop())
            for blocking in (future.result, future.exception):
                with self.assertRaisesRegex(RuntimeError, "wait for itself"):
                    blocking()
            self.assertEqual(await asy.wrap_future(future), 3)
            with self.assertRaises(RuntimeError):
                asy.run(unit())  # no loop inside a loop

        self.run_main(main(), virtual_clock=False)

    # THR-07
    def test_loop_that_closes_ends_the_wait(self) -> None:
        async def unit() -> None:
            await never.wait()

        never = asy.Event()
        loop = self.make_loop()
        futures = [asy.run_coroutine_threadsafe(unit(), loop) for _ in range(2)]
        loop.step(0)
        loop.close()
        for future in futures:
            with self.assertRaises(asy.ClosedError):
                future.result(5)
        with self.assertRaises(asy.ClosedError):
            asy.run_coroutine_threadsafe(unit(), loop)

    # HND-09
    def test_cancelling_a_call_that_runs_waits_for_its_end(self) -> None:
        log: list[str] = []

        def work(loop: asy.Loop) -> None:
            begun, made = threading.Event(), threading.Event()
            handles: list[asy.Handle] = []

            def call() -> None:
                begun.set()
                made.wait(5)
                handles[0].cancel()  # of itself: nothing to wait for
                time.sleep(0.01)
                log.append("ended")

            handles.append(loop.call_soon_threadsafe(call))
            made.set()
            self.assertTrue(begun.wait(5))
            handles[0].cancel()
            self.assertEqual((log, handles[0].cancelled()), (["ended"], False))

        self.beside(work)

    # HND-09
    def test_call_taken_back_by_another_thread_never_runs(self) -> None:
        log: list[str] = []

        def work(loop: asy.Loop) -> None:
            blocked, go = threading.Event(), threading.Event()
            loop.call_soon_threadsafe(lambda: (blocked.set(), go.wait(10)))
            self.assertTrue(blocked.wait(5))
            handle = loop.call_soon_threadsafe(log.append, "never")
            handle.cancel()
            handle.cancel()
            self.assertTrue(handle.cancelled())
            kept = loop.call_soon_threadsafe(log.append, "ran")
            go.set()
            while not log:
                pass
            kept.cancel()
            self.assertFalse(kept.cancelled())

        self.beside(work)
        self.assertEqual(log, ["ran"])


if __name__ == "__main__":
    unittest.main()
