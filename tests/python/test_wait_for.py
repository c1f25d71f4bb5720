from __future__ import annotations

import inspect
import unittest

import libasync as asy
from support import Case


class WaitForTest(Case):
    # COMB-15
    def test_what_came_before_the_deadline_is_returned_though_both_are_there(self) -> None:
        async def main(value_first: bool) -> str:
            loop = asy.get_running_loop()
            future = loop.create_future()
            waiter = asy.ensure_future(asy.wait_for(future, 5))
            await asy.sleep(0)
            if value_first:
                future.set_result("value")
                loop.advance(10)
            else:
                loop.advance(10)
                loop.call_soon(lambda: future.done() or future.set_result("too late"))
            try:
                return await waiter
            except TimeoutError:
                return "timeout" if future.cancelled() else "left running"

        self.assertEqual(self.run_main(main(True), ready_budget=1), "value")
        self.assertEqual(self.run_main(main(False), ready_budget=1), "timeout")

    # COMB-11
    def test_coroutine_runs_in_the_callers_task(self) -> None:
        async def unit() -> asy.Task:
            await asy.sleep(1)
            return asy.current_task()

        async def main() -> None:
            self.assertIs(await asy.wait_for(unit(), 5), asy.current_task())
            self.assertIs(await asy.wait_for(unit(), None), asy.current_task())
            self.assertEqual(await asy.wait_for(asy.sleep(1, "x"), 5), "x")

        self.run_main(main())

    # COMB-12
    def test_timeout_waits_for_the_clean_up(self) -> None:
        async def unit(log: list[str]) -> None:
            try:
                await asy.sleep(100)
            finally:
                await asy.sleep(3)
                log.append("clean")

        async def main() -> None:
            for wrap in (lambda unit: unit, asy.create_task):
                log: list[str] = []
                start = asy.get_running_loop().time()
                with self.assertRaises(TimeoutError) as caught:
                    await asy.wait_for(wrap(unit(log)), 1)
                self.assertIsInstance(caught.exception.__cause__, asy.CancelledError)
                self.assertIs(caught.exception.__context__, caught.exception.__cause__)
                self.assertEqual(log, ["clean"])
                self.assertAlmostEqual(asy.get_running_loop().time() - start, 4)

        self.run_main(main())

    # COMB-12
    def test_error_or_value_of_the_clean_up_wins(self) -> None:
        async def unit(end: object) -> object:
            try:
                await asy.sleep(100)
            except asy.CancelledError:
                if isinstance(end, Exception):
                    raise end
                return end

        async def main() -> None:
            with self.assertRaisesRegex(ValueError, "clean-up"):
                await asy.wait_for(unit(ValueError("clean-up")), 1)
            with self.assertRaisesRegex(ValueError, "clean-up"):
                await asy.wait_for(asy.create_task(unit(ValueError("clean-up"))), 1)
            self.assertEqual(await asy.wait_for(asy.create_task(unit("late")), 1), "late")

        self.run_main(main())

    # COMB-13
    def test_no_time_at_all_never_starts_a_coroutine(self) -> None:
        async def unit() -> None:
            self.fail("it must not start")

        async def main() -> None:
            for limit in (0, -1):
                with self.assertRaises(TimeoutError):
                    await asy.wait_for(unit(), limit)
            done = asy.get_running_loop().create_future()
            done.set_result(3)
            self.assertEqual(await asy.wait_for(done, 0), 3)

        self.run_main(main())

    # COMB-11 HND-08
    def test_what_is_no_number_of_seconds_is_refused_and_the_coroutine_closed(self) -> None:
        async def main() -> None:
            future = asy.Future()
            for limit, kind in (("3", TypeError), (float("nan"), ValueError)):
                for awaitable in (future, self.sleeper()):
                    with self.assertRaisesRegex(kind, "a number of seconds is needed, not (str|NaN)"):
                        asy.wait_for(awaitable, limit)
                self.assertEqual(inspect.getcoroutinestate(awaitable), inspect.CORO_CLOSED)
            self.assertFalse(future.done())

        self.run_main(main())

    # COMB-14
    def test_outer_cancel_cancels_the_inner(self) -> None:
        async def main() -> None:
            inner = asy.create_task(self.sleeper())

            async def outer() -> None:
                await asy.wait_for(inner, 10)

            task = asy.create_task(outer())
            await asy.sleep(1)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertTrue(inner.cancelled())

        self.run_main(main())

    async def sleeper(self) -> None:
        await asy.sleep(100)


if __name__ == "__main__":
    unittest.main()
