from __future__ import annotations

import unittest

import libasync as asy
from support import Case
from test_wait import after


class RaceTest(Case):
    # COMB-28 ECO-16
    def test_next_begins_after_the_delay_or_a_failure_and_the_first_success_wins(self) -> None:
        async def main() -> None:
            loop, begun, cleaned = asy.get_running_loop(), [], []

            def attempt(number: int, seconds: float, outcome: object):
                async def run() -> object:
                    begun.append((number, loop.time()))
                    try:
                        return await after(seconds, outcome)
                    except asy.CancelledError:
                        await asy.sleep(0.5)
                        cleaned.append(number)
                        raise

                return run

            start = loop.time()
            failure = KeyError("first")
            won = await asy.race([attempt(0, 1, failure), attempt(1, 10, "slow"), attempt(2, 2, "quick"),
                                  attempt(3, 0, "never")], delay=3)
            self.assertEqual((won.index, won.result, won.errors[0]), (2, "quick", failure))
            self.assertEqual([(number, round(at - start, 3)) for number, at in begun], [(0, 0), (1, 1), (2, 4)])
            self.assertEqual(cleaned, [1])
            self.assertEqual((won.errors[2], len(won.errors)), (None, 3))

        self.run_main(main())

    # COMB-28
    def test_sequential_all_failing_and_wrong(self) -> None:
        async def main() -> None:
            loop = asy.get_running_loop()
            start = loop.time()
            won = await asy.race([lambda: after(1, ValueError()), lambda: after(1, "second")])
            self.assertEqual((won.result, loop.time() - start), ("second", 2))
            with self.assertRaises(ExceptionGroup) as caught:
                await asy.race([lambda: after(2, KeyError("a")), lambda: 1 / 0, lambda: after(1, KeyError("c"))], 0)
            self.assertEqual([type(error) for error in caught.exception.exceptions], [KeyError, ZeroDivisionError, KeyError])
            for wrong, error in (([], ValueError), ([3], TypeError), ([lambda: 3], ExceptionGroup)):
                with self.assertRaises(error):
                    await asy.race(wrong)

        self.run_main(main())

    # COMB-28
    def test_cancel_of_the_race_cancels_and_awaits_every_attempt(self) -> None:
        async def main() -> None:
            cleaned = []

            async def attempt() -> None:
                try:
                    await asy.sleep(100)
                finally:
                    await asy.sleep(1)
                    cleaned.append(True)

            task = asy.create_task(asy.race([attempt, attempt], 0))
            await asy.sleep(1)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(cleaned, [True, True])

        self.run_main(main())

    # COMB-28
    def test_under_eager_tasks(self) -> None:
        async def main() -> None:
            asy.get_running_loop().set_task_factory(asy.eager_task_factory)
            won = await asy.race([lambda: after(0, ValueError()), lambda: after(0, "won")], 1)
            self.assertEqual(won.result, "won")

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
