"""The edges of examples/patterns: one call made well."""

from __future__ import annotations

import random
import sys
import unittest
from collections.abc import Awaitable, Callable
from pathlib import Path

import libasync as asy
from support import Case

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

from patterns.breaker import Breaker, CircuitOpen  # noqa: E402
from patterns.pool import Pool  # noqa: E402
from patterns.redundant import first_answer  # noqa: E402
from patterns.retry import Retry  # noqa: E402
from patterns.token import Token  # noqa: E402


def outcomes(*kinds: object) -> tuple[Callable[[], Awaitable[object]], list[float]]:
    """A function that comes to one after the other, and the times at which it was called."""
    left, times = list(kinds), []

    async def begin() -> object:
        times.append(asy.get_running_loop().time())
        outcome = left.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return begin, times


class RetryTest(Case):
    # ECO-01
    def test_pauses_grow_to_the_cap_and_the_last_error_is_raised(self) -> None:
        async def main() -> None:
            start = asy.get_running_loop().time()
            begin, times = outcomes(*(KeyError(number) for number in range(5)))
            with self.assertRaisesRegex(KeyError, "4"):
                await Retry(attempts=5, base=1, cap=3, jitter=None)(begin)
            self.assertEqual([time - start for time in times], [0, 1, 3, 6, 9])
            begin, times = outcomes(KeyError(), "good")
            self.assertEqual(await Retry(base=1, jitter=None)(begin), "good")

        self.run_main(main())

    # ECO-01
    def test_jitter_deadline_predicate_and_cancel(self) -> None:
        async def main() -> None:
            start = asy.get_running_loop().time()
            begin, times = outcomes(*(KeyError() for _ in range(5)))
            with self.assertRaises(KeyError):
                await Retry(base=1, cap=1, jitter=random.Random(7))(begin)
            pauses = [later - earlier for earlier, later in zip(times, times[1:])]
            self.assertTrue(all(0 <= pause <= 1 for pause in pauses) and len(set(pauses)) == 4, pauses)
            begin, times = outcomes(*(KeyError() for _ in range(5)))
            with self.assertRaises(KeyError):
                await Retry(base=1, deadline=3.5, jitter=None)(begin)
            self.assertEqual(len(times), 3)
            begin, times = outcomes(ValueError(), "never")
            with self.assertRaises(ValueError):
                await Retry(is_retryable=lambda error: isinstance(error, KeyError))(begin)
            begin, times = outcomes(asy.CancelledError(), "never")
            with self.assertRaises(asy.CancelledError):
                await Retry()(begin)
            self.assertEqual(len(times), 1)
            begin, times = outcomes(KeyError(), "never")
            task = asy.create_task(Retry(base=100, cap=100, jitter=None)(begin))
            await asy.sleep(1)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(len(times), 1)
            self.assertGreater(asy.get_running_loop().time(), start)

        self.run_main(main())


class BreakerTest(Case):
    # ECO-02
    def test_opens_after_failures_in_a_row_and_a_trial_decides(self) -> None:
        async def main() -> None:
            breaker = Breaker(threshold=2, pause=100)
            begin, times = outcomes(KeyError(), 1, KeyError(), KeyError(), KeyError(), 2, KeyError(), 3)

            async def call(expected: object) -> None:
                if isinstance(expected, type):
                    with self.assertRaises(expected):
                        await breaker.call(begin)
                else:
                    self.assertEqual(await breaker.call(begin), expected)

            for expected in (KeyError, 1, KeyError, KeyError):
                await call(expected)
            await call(CircuitOpen)
            self.assertEqual(len(times), 4)  # nothing was begun
            await asy.sleep(100)
            await call(KeyError)
            await call(CircuitOpen)  # a failed trial reopens at once
            await asy.sleep(100)
            for expected in (2, KeyError, 3):
                await call(expected)

        self.run_main(main())

    # ECO-02
    def test_trials_are_limited_and_a_cancel_counts_neither_way(self) -> None:
        async def main() -> None:
            breaker = Breaker(threshold=1, pause=10)

            async def slow() -> str:
                await asy.sleep(5)
                return "slow"

            task = asy.create_task(breaker.call(slow))
            await asy.sleep(1)
            task.cancel()
            await asy.gather(task, return_exceptions=True)
            self.assertEqual((breaker.failures, breaker.open_until), (0, None))
            with self.assertRaises(KeyError):
                await breaker.call(outcomes(KeyError())[0])
            await asy.sleep(10)
            trial = asy.create_task(breaker.call(slow))
            await asy.sleep(0)
            with self.assertRaises(CircuitOpen):
                await breaker.call(slow)
            self.assertEqual(await trial, "slow")
            self.assertEqual(await breaker.call(slow), "slow")

        self.run_main(main())

    # ECO-02
    def test_what_began_before_it_opened_decides_nothing(self) -> None:
        async def main() -> None:
            breaker = Breaker(threshold=1, pause=10)

            async def late(error: Exception | None) -> None:
                await asy.sleep(5)
                if error:
                    raise error

            tasks = [asy.create_task(breaker.call(lambda: late(error))) for error in (None, KeyError())]
            await asy.sleep(0)
            with self.assertRaises(KeyError):
                await breaker.call(outcomes(KeyError())[0])
            until = breaker.open_until
            await asy.gather(*tasks, return_exceptions=True)
            self.assertEqual(breaker.open_until, until)
            with self.assertRaises(CircuitOpen):
                await breaker.call(lambda: late(None))

        self.run_main(main())


class PoolTest(Case):
    def make(self, size: int, **options: object) -> tuple[Pool[int], list[int], list[int]]:
        opened: list[int] = []
        closed: list[int] = []

        async def open() -> int:
            await asy.sleep(1)
            opened.append(len(opened))
            return opened[-1]

        return Pool(open, closed.append, size=size, **options), opened, closed

    # ECO-04
    def test_made_when_needed_used_again_while_young_healthy_and_whole(self) -> None:
        async def main() -> None:
            sick: set[int] = set()
            pool, opened, closed = self.make(2, idle=50, is_healthy=lambda connection: connection not in sick)
            for _ in range(2):
                async with pool.borrow() as connection:
                    self.assertEqual(connection, 0)
            sick.add(0)
            async with pool.borrow() as connection:
                self.assertEqual((connection, closed), (1, [0]))
            await asy.sleep(50)
            with self.assertRaises(KeyError):
                async with pool.borrow() as connection:
                    self.assertEqual((connection, closed), (2, [0, 1]))
                    raise KeyError
            self.assertEqual(closed, [0, 1, 2])
            self.assertEqual(opened, [0, 1, 2])

        self.run_main(main())

    # ECO-04
    def test_borrowed_in_line_with_a_limit_and_no_cancel_leaks_a_slot(self) -> None:
        async def main() -> None:
            pool, opened, closed = self.make(1)
            order: list[str] = []

            async def use(name: str, timeout: float | None = None) -> None:
                async with pool.borrow(timeout):
                    order.append(name)
                    await asy.sleep(5)

            tasks = [asy.create_task(use(name)) for name in ("first", "cancelled", "third")]
            late = asy.create_task(use("late", 2))
            await asy.sleep(0)
            tasks[1].cancel()
            with self.assertRaises(TimeoutError):
                await late
            await asy.gather(*tasks, return_exceptions=True)
            self.assertEqual((order, opened), (["first", "third"], [0]))
            opening = asy.create_task(use("again"))
            await asy.sleep(1)
            closing = asy.create_task(pool.close())
            await asy.sleep(1)
            self.assertFalse(closing.done())  # it waits for what is borrowed
            with self.assertRaises(asy.ClosedError):
                await use("too late")
            await closing
            self.assertEqual((opening.done(), closed), (True, [0]))

        self.run_main(main())

    # ECO-04
    def test_closing_waits_for_what_is_being_opened_and_for_the_line(self) -> None:
        async def main() -> None:
            pool, _, closed = self.make(1)

            async def use() -> None:
                async with pool.borrow():
                    await asy.sleep(1)

            users = [asy.create_task(use()) for _ in range(3)]
            await asy.sleep(0)
            await pool.close()
            self.assertEqual(closed, [0])
            await asy.sleep(0)
            self.assertIsNone(users[0].result())
            for user in users[1:]:
                self.assertIsInstance(user.exception(), asy.ClosedError)

        self.run_main(main())

    # ECO-04
    def test_cancel_while_opening_gives_the_slot_back(self) -> None:
        async def main() -> None:
            pool, opened, _ = self.make(1)

            async def use() -> None:
                async with pool.borrow():
                    pass

            task = asy.create_task(use())
            await asy.sleep(0.5)
            task.cancel()
            await asy.gather(task, return_exceptions=True)
            await use()
            self.assertEqual(opened, [0])

        self.run_main(main())


class AnswersTest(Case):
    # ECO-16 COMB-27
    def test_first_answer_wins_and_the_losers_have_cleaned_up(self) -> None:
        async def main() -> None:
            cleaned: list[bool] = []

            async def server(delay: float, outcome: object) -> object:
                try:
                    await asy.sleep(delay)
                except asy.CancelledError:
                    await asy.sleep(1)
                    cleaned.append(True)
                    raise
                if isinstance(outcome, BaseException):
                    raise outcome
                return outcome

            answer = await first_answer(lambda: server(1, KeyError()), lambda: server(2, "quick"), lambda: server(9, "slow"))
            self.assertEqual((answer, cleaned), ("quick", [True]))
            with self.assertRaises(ExceptionGroup) as caught:
                await first_answer(lambda: server(2, KeyError()), lambda: server(1, ValueError()))
            self.assertEqual([type(error) for error in caught.exception.exceptions], [KeyError, ValueError])

        self.run_main(main())

    # ECO-17 SYNC-07
    def test_token_is_refreshed_once_and_after_a_failure_by_the_next(self) -> None:
        async def main() -> None:
            refreshed: list[int] = []

            async def refresh() -> str:
                await asy.sleep(1)
                refreshed.append(len(refreshed))
                if refreshed[-1] == 1:
                    raise KeyError
                return f"token {refreshed[-1]}"

            token = Token(refresh, lifetime=10)
            self.assertEqual(await asy.gather(*(token.get() for _ in range(5))), ["token 0"] * 5)
            await asy.sleep(5)
            self.assertEqual(await token.get(), "token 0")
            await asy.sleep(5)
            with self.assertRaises(KeyError):
                await token.get()
            self.assertEqual(await token.get(), "token 2")

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
