from __future__ import annotations

import threading
import unittest

import libasync as asy
from support import Case


class PromiseTest(Case):
    # FUT-14 THR-06 CORO-11
    def test_completed_by_another_thread(self) -> None:
        async def main() -> None:
            for complete, expected in (("set_result", [1]), ("set_exception", ValueError("x"))):
                promise = asy.Promise()
                thread = threading.Timer(0.01, getattr(promise, complete), [expected])
                thread.start()
                try:
                    self.assertIs(await promise.future(), expected)
                except ValueError as error:
                    self.assertIs(error, expected)
                thread.join()

        self.run_main(main(), virtual_clock=False)

    # FUT-01 EXC-03
    def test_completes_once(self) -> None:
        async def main() -> None:
            promise = asy.Promise()
            promise.set_result(1)
            for again in (lambda: promise.set_result(2), lambda: promise.set_exception(ValueError()), promise.set_cancelled):
                with self.assertRaises(asy.InvalidStateError):
                    again()
            self.assertEqual(await promise.future(), 1)

        self.run_main(main())

    # CORO-11
    def test_dropped_unset_is_broken(self) -> None:
        async def main() -> None:
            promise = asy.Promise()
            future = promise.future()
            del promise
            with self.assertRaises(asy.BrokenPromiseError):
                await future

        self.run_main(main())

    # CORO-11 TASK-12
    def test_cancel_asks_the_hook_and_waits_for_its_answer(self) -> None:
        async def main() -> None:
            asked = []
            promise = asy.Promise(lambda: asked.append(asy.get_running_loop().call_later(2, promise.set_cancelled, "stopped")))
            task = asy.create_task(self.waiter(promise))
            await asy.sleep(1)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(len(asked), 1)
            self.assertTrue(promise.future().cancelled())

        self.run_main(main())

    # CORO-11 FUT-06
    def test_a_cancel_hook_that_raises_is_reported_and_the_future_still_waits_for_the_promise(self) -> None:
        async def main() -> None:
            for settle in (asy.Promise.set_cancelled, lambda promise: promise.set_result(3)):
                promise = asy.Promise(lambda: 1 / 0)
                future = promise.future()
                self.assertTrue(future.cancel())
                await asy.sleep(1)
                self.assertFalse(future.done())
                settle(promise)
                await asy.wait([future])
            self.assertEqual(await future, 3)

        self.run_main(main(), reports=2)
        self.assertEqual([type(error) for error, _ in self.reports], [ZeroDivisionError] * 2)

    async def waiter(self, promise: asy.Promise) -> object:
        return await promise.future()

    # FUT-15
    def test_result_after_a_cancel_is_dropped_quietly(self) -> None:
        async def main() -> None:
            promise = asy.Promise()
            promise.future().cancel()
            promise.set_result([1])
            await asy.sleep(0)
            self.assertTrue(promise.future().cancelled())

        self.run_main(main())

    # FUT-14
    def test_completing_after_the_loop_closed_is_an_error(self) -> None:
        loop = self.make_loop()
        promise = asy.Promise(loop=loop)
        loop.close()
        with self.assertRaises((asy.ClosedError, asy.InvalidStateError)):
            promise.set_result(1)

    # FUT-11
    def test_needs_a_loop_and_a_callable(self) -> None:
        with self.assertRaises(RuntimeError):
            asy.Promise()
        with self.make_loop() as loop:
            with self.assertRaises(TypeError):
                asy.Promise(3, loop=loop)


if __name__ == "__main__":
    unittest.main()
