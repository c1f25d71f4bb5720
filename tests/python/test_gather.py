from __future__ import annotations

import unittest

import libasync as asy
from support import Case, Hanging


async def after(delay: float, outcome: object) -> object:
    await asy.sleep(delay)
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


class GatherTest(Case):
    # COMB-03
    def test_results_come_in_the_order_of_the_arguments(self) -> None:
        async def main() -> None:
            self.assertEqual(await asy.gather(after(3, "a"), after(1, "b"), asy.create_task(after(2, "c"))), ["a", "b", "c"])
            self.assertEqual(await asy.gather(), [])

        self.run_main(main())

    # COMB-03
    def test_repeated_argument_runs_once_and_fills_both_places(self) -> None:
        async def main() -> None:
            runs = []

            async def unit() -> int:
                runs.append(1)
                return 7

            one = unit()
            self.assertEqual(await asy.gather(one, one), [7, 7])
            self.assertEqual(runs, [1])

        self.run_main(main())

    # COMB-04
    def test_first_error_comes_at_once_and_others_run_on(self) -> None:
        async def main() -> None:
            slow = asy.create_task(after(5, "slow"))
            with self.assertRaisesRegex(ValueError, "first"):
                await asy.gather(after(3, ValueError("second")), after(1, ValueError("first")), slow)
            self.assertFalse(slow.done())
            self.assertEqual(await slow, "slow")

        self.run_main(main())

    # COMB-05
    def test_errors_as_results(self) -> None:
        async def main() -> None:
            error = ValueError("x")
            cancelled = asy.create_task(Hanging().wait())
            cancelled.cancel()
            results = await asy.gather(after(1, error), after(2, 5), cancelled, return_exceptions=True)
            self.assertIs(results[0], error)
            self.assertEqual(results[1], 5)
            self.assertIsInstance(results[2], asy.CancelledError)

        self.run_main(main())

    # COMB-06
    def test_cancelled_child_fails_the_outer_without_cancelling_it(self) -> None:
        async def main() -> None:
            child, sibling = asy.create_task(Hanging().wait()), asy.create_task(after(2, "x"))
            outer = asy.gather(child, sibling)
            await asy.sleep(0)
            child.cancel()
            with self.assertRaises(asy.CancelledError):
                await outer
            self.assertEqual(asy.current_task().cancelling(), 0)
            self.assertEqual(await sibling, "x")

        self.run_main(main())

    # COMB-07
    def test_cancelling_the_outer_cancels_all_and_waits(self) -> None:
        async def main() -> None:
            children = [Hanging() for _ in range(3)]

            async def outer() -> None:
                await asy.gather(*(child.wait() for child in children), return_exceptions=True)

            task = asy.create_task(outer())
            await asy.sleep(1)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual([child.cancelled for child in children], [1, 1, 1])

        self.run_main(main())

    # COMB-08 CORO-06
    def test_bad_members_start_nothing(self) -> None:
        async def main() -> None:
            with self.assertRaises(TypeError):
                asy.gather(Hanging().wait(), 3, Hanging().wait())
            with self.assertRaises(TypeError):
                asy.gather(colour=1)
            await asy.sleep(0)
            self.assertEqual(asy.all_tasks(), {asy.current_task()})

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
