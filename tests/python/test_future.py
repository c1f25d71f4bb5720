from __future__ import annotations

import functools
import types
import unittest
from typing import Any

import libasync as asy
from support import Case


class FutureTest(Case):
    # FUT-01 EXC-03
    def test_completes_once(self) -> None:
        async def main() -> None:
            future = asy.get_running_loop().create_future()
            with self.assertRaises(asy.InvalidStateError):
                future.result()
            future.set_result(1)
            for again in (lambda: future.set_result(2), lambda: future.set_exception(ValueError())):
                with self.assertRaises(asy.InvalidStateError):
                    again()
            self.assertEqual((future.done(), future.cancelled(), future.result()), (True, False, 1))

        self.run_main(main())

    # FUT-02
    def test_failure_is_the_same_error_each_time_with_its_own_trace(self) -> None:
        async def main() -> None:
            error = ValueError("no")
            future = asy.get_running_loop().create_future()
            future.set_exception(error)
            lengths = set()
            for _ in range(3):
                try:
                    await future
                except ValueError as caught:
                    self.assertIs(caught, error)
                    trace, length = caught.__traceback__, 0
                    while trace:
                        trace, length = trace.tb_next, length + 1
                    lengths.add(length)
            self.assertEqual(lengths, {1})
            self.assertIs(future.exception(), error)

        self.run_main(main())

    # FUT-02 FUT-03 TASK-19
    def test_cancel_carries_its_message(self) -> None:
        async def main() -> None:
            future = asy.get_running_loop().create_future()
            self.assertTrue(future.cancel("enough"))
            self.assertFalse(future.cancel())
            with self.assertRaisesRegex(asy.CancelledError, "^enough$"):
                future.result()
            with self.assertRaises(asy.CancelledError):
                future.exception()
            self.assertTrue(future.cancelled())

        self.run_main(main())

    # FUT-03
    def test_cancel_without_message_has_no_argument(self) -> None:
        async def main() -> None:
            future = asy.get_running_loop().create_future()
            future.cancel()
            with self.assertRaises(asy.CancelledError) as caught:
                await future
            self.assertEqual(caught.exception.args, ())

        self.run_main(main())

    # FUT-04
    def test_callbacks_run_later_in_order_of_registration(self) -> None:
        async def main() -> None:
            future, order = asy.get_running_loop().create_future(), []
            for number in range(3):
                future.add_done_callback(lambda done, number=number: order.append((number, done is future)))
            future.set_result(None)
            future.add_done_callback(lambda done: order.append((3, done is future)))
            self.assertEqual(order, [])
            await asy.sleep(0)
            await asy.sleep(0)
            self.assertEqual(order, [(number, True) for number in range(4)])

        self.run_main(main())

    # FUT-05
    def test_remove_drops_every_equal_callback(self) -> None:
        class Receiver:
            def __init__(self) -> None:
                self.calls = 0

            def done(self, future: object) -> None:
                self.calls += 1

        async def main() -> None:
            future, receiver = asy.get_running_loop().create_future(), Receiver()
            other = functools.partial(receiver.done)
            for callback in (receiver.done, other, receiver.done):
                future.add_done_callback(callback)
            self.assertEqual(future.remove_done_callback(receiver.done), 2)
            self.assertEqual(future.remove_done_callback(receiver.done), 0)
            future.set_result(None)
            await asy.sleep(0)
            self.assertEqual(receiver.calls, 1)

        self.run_main(main())

    # FUT-05
    def test_comparing_may_change_the_list(self) -> None:
        async def main() -> None:
            future = asy.get_running_loop().create_future()

            class Evil:
                def __call__(self, done: object) -> None:
                    pass

                def __eq__(self, other: object) -> bool:
                    if other is len:
                        future.remove_done_callback(print)
                    return False

                __hash__ = object.__hash__

            for callback in (Evil(), print, Evil(), print):
                future.add_done_callback(callback)
            self.assertEqual(future.remove_done_callback(len), 0)
            future.cancel()

        self.run_main(main())

    # FUT-06 LOOP-16
    def test_failing_callback_is_reported_and_others_run(self) -> None:
        async def main() -> None:
            future, order = asy.get_running_loop().create_future(), []
            future.add_done_callback(lambda done: 1 / 0)
            future.add_done_callback(lambda done: order.append(1))
            future.set_result(None)
            await asy.sleep(0)
            self.assertEqual(order, [1])

        self.run_main(main(), reports=1)
        self.assertIsInstance(self.reports[0][0], ZeroDivisionError)

    # FUT-07
    def test_awaiters_wake_in_order(self) -> None:
        async def main() -> None:
            future, order = asy.get_running_loop().create_future(), []

            async def waiter(number: int) -> None:
                order.append((number, await future))

            async with asy.TaskGroup() as group:
                for number in range(4):
                    group.create_task(waiter(number))
                await asy.sleep(0)
                future.set_result("x")
            self.assertEqual(order, [(number, "x") for number in range(4)])

        self.run_main(main())

    # FUT-08
    def test_cancelling_one_awaiter_leaves_the_future_to_others(self) -> None:
        async def main() -> None:
            future = asy.get_running_loop().create_future()

            async def waiter() -> object:
                return await future

            first, second = asy.create_task(waiter()), asy.create_task(waiter())
            await asy.sleep(0)
            first.cancel()
            with self.assertRaises(asy.CancelledError):
                await first
            self.assertFalse(future.done())
            second.cancel()
            with self.assertRaises(asy.CancelledError):
                await second
            self.assertTrue(future.cancelled())

        self.run_main(main())

    # FUT-09 DBG-09
    def test_unread_error_is_reported(self) -> None:
        async def main() -> None:
            asy.get_running_loop().create_future().set_exception(ValueError("lost"))

        self.run_main(main(), reports=1)
        self.assertEqual(str(self.reports[0][0]), "lost")

    # FUT-10
    def test_stop_iteration_is_wrapped(self) -> None:
        async def main() -> None:
            future = asy.get_running_loop().create_future()
            future.set_exception(StopIteration("x"))
            with self.assertRaises(RuntimeError) as caught:
                await future
            self.assertIsInstance(caught.exception.__cause__, StopIteration)
            future = asy.get_running_loop().create_future()
            future.set_exception(KeyError)
            self.assertIsInstance(future.exception(), KeyError)
            future = asy.get_running_loop().create_future()
            with self.assertRaises(TypeError):
                future.set_exception("text")
            future.cancel()

        self.run_main(main())

    # FUT-11 FUT-19
    def test_constructor_takes_the_running_loop_or_one(self) -> None:
        with self.assertRaises(RuntimeError):
            asy.Future()
        with self.make_loop() as loop:
            self.assertIs(asy.Future(loop=loop).get_loop(), loop)
        with self.assertRaises(TypeError):
            asy.Future(loop=3)

    # FUT-11
    def test_a_class_derived_from_it_calls_its_constructor(self) -> None:
        class Named(asy.Future[int]):
            def __init__(self, name: str, *, loop: asy.Loop | None = None) -> None:
                super().__init__(loop=loop)
                self.name = name

        class Forgetful(asy.Future[int]):
            def __init__(self) -> None:
                pass

        async def main() -> None:
            loop = asy.get_running_loop()
            for future in (Named("x"), Named("x", loop=loop)):
                loop.call_soon(future.set_result, 3)
                self.assertEqual((await future, future.name), (3, "x"))
            with self.assertRaisesRegex(RuntimeError, "before"):
                future.__init__("again")
            for use in (Forgetful().result, Forgetful().get_loop, lambda: Forgetful().set_result(1)):
                with self.assertRaisesRegex(RuntimeError, "never initialised"):
                    use()
            with self.assertRaisesRegex(RuntimeError, "never initialised"):
                await Forgetful()
            repr(Forgetful())

        self.run_main(main())

    # FUT-12 CORO-03
    def test_native_awaitable_is_no_asyncio_future(self) -> None:
        async def main() -> None:
            self.assertFalse(hasattr(asy.sleep(1), "_asyncio_future_blocking"))

        self.run_main(main())

    # FUT-13
    def test_ensure_future_keeps_futures_and_wraps_the_rest(self) -> None:
        class Custom:
            def __await__(self):
                return asy.sleep(0, 7).__await__()

        async def unit() -> int:
            return 5

        async def main() -> None:
            future = asy.get_running_loop().create_future()
            self.assertIs(asy.ensure_future(future), future)
            future.cancel()
            self.assertEqual(await asy.ensure_future(unit()), 5)
            self.assertEqual(await asy.ensure_future(Custom()), 7)
            with self.assertRaises(TypeError):
                asy.ensure_future(3)

        self.run_main(main())

    # FUT-13
    def test_ensure_future_refuses_that_of_another_loop(self) -> None:
        with self.make_loop() as loop, self.make_loop() as other:
            future = loop.create_future()
            self.assertIs(asy.ensure_future(future, loop=loop), future)
            with self.assertRaisesRegex(ValueError, "another loop"):
                asy.ensure_future(future, loop=other)
            with self.assertRaisesRegex(ValueError, "another loop"):
                other.run_until_complete(future)
            with self.assertRaises(TypeError):
                asy.ensure_future(future, loop=3)

    # CORO-03 CORO-08
    def test_iterating_over_a_pending_future_tells_that_await_is_missing(self) -> None:
        async def main() -> None:
            for iterate in (list, lambda future: [item for item in future], lambda future: asy.gather(*future)):
                future = asy.Future()
                with self.assertRaisesRegex(RuntimeError, "write `await`"):
                    iterate(future)
                future.cancel()
            with self.assertRaisesRegex(RuntimeError, "write `await`"):
                first, second = asy.gather(asy.sleep(1), asy.sleep(1))

        self.run_main(main())

    # CORO-03
    def test_yield_from_waits_for_a_future(self) -> None:
        @types.coroutine
        def old(future: asy.Future[int]) -> Any:
            first = yield from future
            return first + (yield from future.__await__())

        async def main() -> int:
            future = asy.Future()
            asy.get_running_loop().call_later(1, future.set_result, 3)
            return await old(future)

        self.assertEqual(self.run_main(main()), 6)

    # FUT-18
    def test_description_shows_the_state_and_not_the_result(self) -> None:
        class Loud:
            def __repr__(self) -> str:
                raise AssertionError

        async def main() -> None:
            future = asy.get_running_loop().create_future()
            self.assertIn("pending", repr(future))
            future.set_result(Loud())
            self.assertIn("done", repr(future))

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
