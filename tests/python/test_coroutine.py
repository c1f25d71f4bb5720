from __future__ import annotations

import gc
import unittest
import warnings

import libasync as asy
from support import Case


class CoroutineTest(Case):
    # CORO-01 CORO-02 CORO-12
    def test_awaiting_inline_runs_in_the_same_task_without_a_hop(self) -> None:
        async def main() -> None:
            order = []
            asy.get_running_loop().call_soon(order.append, "loop")

            async def inner() -> asy.Task:
                order.append("inner")
                return asy.current_task()

            unit = inner()
            self.assertEqual(order, [])
            self.assertIs(await unit, asy.current_task())
            self.assertEqual(order, ["inner"])

        self.run_main(main())

    # CORO-02
    def test_awaiting_what_is_ready_does_not_yield(self) -> None:
        async def main() -> None:
            loop, ran = asy.get_running_loop(), []
            done, queue = loop.create_future(), asy.Queue()
            done.set_result(1)
            queue.put_nowait(2)
            loop.call_soon(ran.append, True)
            self.assertEqual((await done, await queue.get()), (1, 2))
            await asy.Semaphore(1).acquire()
            self.assertEqual(ran, [])

        self.run_main(main())

    # CORO-02 LOOP-25
    def test_many_done_awaits_in_a_row_yield_once(self) -> None:
        async def main() -> None:
            loop, ran, done = asy.get_running_loop(), [], asy.get_running_loop().create_future()
            done.set_result(1)
            loop.call_soon(ran.append, True)
            for _ in range(200):
                self.assertEqual(await done, 1)
            self.assertEqual(ran, [True])

        self.run_main(main())

    # CORO-03 CORO-08
    def test_foreign_future_is_refused_by_name(self) -> None:
        class Foreign:
            _asyncio_future_blocking = True

            def __await__(self):
                yield self

            def __repr__(self) -> str:
                return "<the foreign one>"

        async def main() -> None:
            with self.assertRaisesRegex(TypeError, "task 'main' awaited an asyncio future <the foreign one>"):
                await Foreign()
            await asy.sleep(0)

        async def named() -> None:
            await asy.create_task(main(), name="main")

        self.run_main(named())

    # CORO-03
    def test_awaiting_something_else_is_a_type_error_at_the_await(self) -> None:
        async def main() -> None:
            with self.assertRaises(TypeError):
                await 3

        self.run_main(main())

    # CORO-04
    def test_unit_is_used_once(self) -> None:
        async def unit() -> None:
            await asy.sleep(0)

        async def main() -> None:
            first = unit()
            task = asy.create_task(first)
            await asy.sleep(0)
            with self.assertRaisesRegex(RuntimeError, "being awaited already"):
                await first
            await task
            with self.assertRaisesRegex(RuntimeError, "cannot reuse"):
                await first

        self.run_main(main())

    # CORO-05 DBG-09
    def test_never_awaited_unit_warns(self) -> None:
        async def unit() -> None:
            pass

        with self.assertWarnsRegex(RuntimeWarning, "never awaited"):
            unit()
            gc.collect()

    # CORO-06 LOOP-09
    def test_refused_unit_is_closed(self) -> None:
        async def unit() -> None:
            pass

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            loop = self.make_loop()
            loop.close()
            for refuse in (loop.create_task, loop.run_until_complete, asy.create_task, asy.gather):
                with self.assertRaises(RuntimeError):
                    refuse(unit())
            with self.assertRaises(RuntimeError):
                asy.TaskGroup().create_task(unit())
            gc.collect()

    # CORO-06 TASK-14
    def test_task_cancelled_before_its_start_closes_its_unit(self) -> None:
        async def unit() -> None:
            self.fail("it must not start")

        async def main() -> None:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                task = asy.create_task(unit())
                task.cancel("early")
                with self.assertRaisesRegex(asy.CancelledError, "early"):
                    await task
                del task
                gc.collect()

        self.run_main(main())

    # CORO-07
    def test_what_was_being_handled_is_the_context_of_an_awaited_error(self) -> None:
        async def failing() -> None:
            raise ValueError

        async def main() -> None:
            done = asy.Future()
            done.set_exception(OSError())
            for await_it, kind in ((failing, ValueError), (lambda: asy.create_task(failing()), ValueError),
                                   (lambda: done, OSError), (lambda: asy.wait_for(asy.Future(), 1), TimeoutError)):
                with self.assertRaises(kind) as caught:
                    try:
                        raise KeyError(3)
                    except KeyError:
                        await await_it()
                context = caught.exception
                while context and not isinstance(context, KeyError):
                    context = context.__context__
                self.assertIsInstance(context, KeyError)

        self.run_main(main())

    # CORO-07
    def test_errors_climb_with_their_trace_and_cancel_goes_down(self) -> None:
        reached = []

        async def inner() -> None:
            try:
                await asy.sleep(100)
            except asy.CancelledError:
                reached.append("inner")
                raise

        async def outer() -> None:
            await inner()

        async def failing() -> None:
            await asy.sleep(0)
            raise ValueError("deep")

        async def calls() -> None:
            await failing()

        async def main() -> None:
            task = asy.create_task(outer())
            await asy.sleep(0)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(reached, ["inner"])
            try:
                await asy.create_task(calls())
            except ValueError as error:
                names, trace = [], error.__traceback__
                while trace:
                    names.append(trace.tb_frame.f_code.co_name)
                    trace = trace.tb_next
                self.assertEqual(names, ["main", "calls", "failing"])

        self.run_main(main())

    # CORO-08
    def test_bare_suspend_requeues_once(self) -> None:
        class Suspend:
            def __await__(self):
                yield

        async def main() -> None:
            order = []
            asy.get_running_loop().call_soon(order.append, "other")
            await Suspend()
            self.assertEqual(order, ["other"])

        self.run_main(main())

    # CORO-08
    def test_awaiting_itself_or_another_loops_future_is_an_error(self) -> None:
        other = asy.Loop()
        foreign = other.create_future()

        async def main() -> None:
            with self.assertRaises(RuntimeError):
                await asy.current_task()
            with self.assertRaises(RuntimeError):
                await foreign

        self.run_main(main())
        other.close()

    # CORO-09
    def test_generators_are_no_coroutines(self) -> None:
        async def main() -> None:
            with self.assertRaises(TypeError):
                asy.create_task(x for x in ())

            async def generator():
                yield 1

            with self.assertRaises(TypeError):
                asy.create_task(generator())

        self.run_main(main())

    # CORO-11
    def test_callback_api_becomes_awaitable(self) -> None:
        async def main() -> None:
            loop, future = asy.get_running_loop(), asy.get_running_loop().create_future()
            loop.call_later(1, future.set_result, "called")
            self.assertEqual(await future, "called")

        self.run_main(main())

    # CORO-13 TASK-29
    def test_unit_closes_with_its_loop(self) -> None:
        ended = []

        async def unit() -> None:
            try:
                await asy.sleep(100)
            finally:
                ended.append("closed")

        loop = self.make_loop()
        task = loop.create_task(unit())
        loop.call_soon(loop.stop)
        loop.run_forever()
        self.assertIsNotNone(task.get_coro())
        loop.close()
        self.assertEqual(ended, ["closed"])
        self.assertTrue(task.done())
        self.assertIsNone(task.get_coro())


if __name__ == "__main__":
    unittest.main()
