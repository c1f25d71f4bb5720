"""libasync.testing: what users test their programs with."""

from __future__ import annotations

import contextvars
import math
import unittest
import warnings
from unittest import mock

import libasync as asy
from libasync.testing import TestCase, cancel_at, cancel_everywhere, fail_allocation

variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")


def run_case(kind: type[TestCase], name: str = "test_it") -> unittest.TestResult:
    result = unittest.TestResult()
    kind(name).run(result)
    return result


class CaseTest(unittest.TestCase):
    def assert_fails(self, kind: type[TestCase], *parts: str) -> None:
        result = run_case(kind)
        problems = result.errors + result.failures
        self.assertEqual(len(problems), 1, problems)
        for part in parts:
            self.assertIn(part, problems[0][1])

    # TEST-01
    def test_phases_share_a_loop_and_a_context_and_clean_up_last_first(self) -> None:
        log: list[object] = []

        class Scope:
            async def __aenter__(self) -> str:
                log.append("enter")
                return "entered"

            async def __aexit__(self, *exc_info: object) -> None:
                log.append("leave")

        class It(TestCase):
            def setUp(self) -> None:
                variable.set("set up")
                log.append("setUp")

            async def asyncSetUp(self) -> None:
                log.append("asyncSetUp")
                self.loop = asy.get_running_loop()
                self.addAsyncCleanup(self.note, "cleanup 1")
                self.addAsyncCleanup(self.note, "cleanup 2")

            async def note(self, text: str) -> None:
                await asy.sleep(1)
                log.append(text)

            async def test_it(self) -> None:
                log.append((variable.get(), self.loop is asy.get_running_loop()))
                self.assertEqual(await self.enterAsyncContext(Scope()), "entered")
                with self.assertRaises(TypeError):
                    await self.enterAsyncContext(3)

            async def asyncTearDown(self) -> None:
                log.append("asyncTearDown")

            def tearDown(self) -> None:
                log.append("tearDown")

        self.assertTrue(run_case(It).wasSuccessful())
        self.assertEqual(log, ["setUp", "asyncSetUp", ("set up", True), "enter", "asyncTearDown", "tearDown", "leave",
                               "cleanup 2", "cleanup 1"])

    # TEST-01 TEST-06 TEST-07 EXT-03
    def test_loops_are_the_tests_own(self) -> None:
        made: list[asy.Loop] = []

        class It(TestCase):
            async def test_it(self) -> None:
                await asy.sleep(3600)
                made.append(asy.get_running_loop())

        class Own(It):
            loop_factory = lambda: made.append(asy.Loop(virtual_clock=True)) or made[-1]  # noqa: E731

        self.assertTrue(run_case(It).wasSuccessful())
        self.assertTrue(run_case(Own).wasSuccessful())
        self.assertTrue(all(loop.is_closed() for loop in made))
        self.assertIs(made[1], made[2])

    # TEST-01
    def test_debug_mode_is_on_unless_a_case_says_otherwise(self) -> None:
        seen: list[bool] = []

        class It(TestCase):
            async def test_it(self) -> None:
                seen.append(asy.get_running_loop().get_debug())
                self.assertEqual(asy.get_running_loop().slow_callback_duration, math.inf)  # a slow step fails no test

        class Plain(It):
            debug = False

        self.assertTrue(run_case(It).wasSuccessful())
        self.assertTrue(run_case(Plain).wasSuccessful())
        self.assertEqual(seen, [True, False])

    # TEST-02
    def test_what_nobody_awaits_fails_and_a_returned_value_warns(self) -> None:
        class NotAwaited(TestCase):
            def test_it(self):
                async def forgotten() -> None:
                    raise AssertionError

                return forgotten()

        class Returns(TestCase):
            async def test_it(self) -> int:
                return 5

        self.assert_fails(NotAwaited, "nobody awaits")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self.assertTrue(run_case(Returns).wasSuccessful())
        self.assertIn("a test returns None", str(caught[0].message))

    # TEST-08 INTR-06
    def test_a_test_that_hangs_fails_with_a_dump_of_its_tasks(self) -> None:
        class Hangs(TestCase):
            timeout = 0.01

            async def test_it(self) -> None:
                event = asy.Event()

                async def stuck() -> None:
                    await event.wait()

                await asy.create_task(stuck(), name="the one that is stuck")

        self.assert_fails(Hangs, "still running after 0.01 seconds", "the one that is stuck", "in CaseTest", "stuck")

    # TEST-09 FUT-09
    def test_reports_and_leaks_fail_a_test(self) -> None:
        kept: list[object] = []

        class Reports(TestCase):
            async def test_it(self) -> None:
                asy.get_running_loop().call_soon(lambda: 1 / 0)
                await asy.sleep(0)

        class Expected(Reports):
            async def test_it(self) -> None:
                await super().test_it()
                (error, what), = self.reports
                self.assertIsInstance(error, ZeroDivisionError)
                self.reports.clear()

        class Leaks(TestCase):
            leak_check = True

            async def test_it(self) -> None:
                kept.append(asy.get_running_loop().create_future())

        class Leaves(Leaks):
            async def test_it(self) -> None:
                async def forgotten() -> None:
                    await asy.sleep(9)

                asy.create_task(forgotten(), name="left over")

        class Tight(Leaks):
            async def test_it(self) -> None:
                await asy.gather(asy.sleep(1), asy.sleep(2))

        self.assert_fails(Reports, "nobody read", "ZeroDivisionError")
        self.assertTrue(run_case(Expected).wasSuccessful())
        self.assert_fails(Leaks, "still holds", "future")
        self.assert_fails(Leaves, "left tasks running: left over")
        Leaves.leak_check = False
        self.assertTrue(run_case(Leaves).wasSuccessful())  # they are cancelled and awaited
        self.assertTrue(run_case(Tight).wasSuccessful())

    # TEST-03
    def test_asynchronous_mocks(self) -> None:
        class It(TestCase):
            async def test_it(self) -> None:
                async def fetch(url: str) -> str:
                    return url

                double = mock.AsyncMock(side_effect=["first", ValueError("second")])
                self.assertEqual(await asy.create_task(double("a")), "first")
                with self.assertRaises(ValueError):
                    await double("b")
                self.assertEqual(double.await_count, 2)
                double.assert_any_await("a")
                self.assertIsInstance(mock.create_autospec(fetch), type(fetch))
                self.assertEqual(await mock.create_autospec(fetch, return_value=3)("x"), 3)

        result = run_case(It)
        self.assertTrue(result.wasSuccessful(), result.errors)

    # TEST-04 TEST-05
    def test_cancel_and_group_tests(self) -> None:
        class It(TestCase):
            async def test_it(self) -> None:
                cleaned: list[bool] = []

                async def unit() -> None:
                    try:
                        await asy.sleep(100)
                    finally:
                        cleaned.append(True)

                task = asy.create_task(unit())
                await asy.sleep(1)
                task.cancel()
                with self.assertRaises(asy.CancelledError):
                    await task
                self.assertEqual((cleaned, task.cancelled()), ([True], True))
                with self.assertRaises(ExceptionGroup) as caught:
                    async with asy.TaskGroup() as group:
                        group.create_task(self.failing(KeyError()))
                self.assertEqual([type(error) for error in caught.exception.exceptions], [KeyError])

            async def failing(self, error: Exception) -> None:
                raise error

        result = run_case(It)
        self.assertTrue(result.wasSuccessful(), result.errors)

    # TEST-10
    def test_a_seed_shuffles_and_replays(self) -> None:
        def order(seed: int) -> list[int]:
            log: list[int] = []

            class It(TestCase):
                async def test_it(self) -> None:
                    async def unit(number: int) -> None:
                        log.append(number)

                    await asy.gather(*(unit(number) for number in range(8)))

            It.seed = seed
            self.assertTrue(run_case(It).wasSuccessful())
            return log

        self.assertEqual(order(0), list(range(8)))
        self.assertEqual(order(7), order(7))
        self.assertGreater(len({tuple(order(seed)) for seed in range(1, 6)}), 1)


class FaultsTest(unittest.TestCase):
    # TEST-09 TEST-04
    def test_cancel_at_every_wait(self) -> None:
        ends: list[str] = []

        async def main() -> None:
            lock = asy.Lock()
            try:
                await asy.sleep(1)
                async with lock:
                    await asy.sleep(1)
                ends.append("returned")
            except asy.CancelledError:
                ends.append("cancelled")
                raise
            finally:
                self.assertFalse(lock.locked())

        self.assertEqual(cancel_everywhere(main), 2)
        self.assertEqual(ends, ["cancelled", "cancelled", "returned"])

    # TEST-09
    def test_cancel_at_one_of_many(self) -> None:
        with asy.Loop(virtual_clock=True) as loop:

            async def unit() -> None:
                await asy.sleep(1)

            tasks = [loop.create_task(unit()) for _ in range(3)]
            cancel_at(loop, 2)
            loop.run_until_complete(asy.ensure_future(asy.wait(tasks), loop=loop))
            self.assertEqual([task.cancelled() for task in tasks], [False, True, False])

    # TEST-09
    def test_an_allocation_fails(self) -> None:
        async def main() -> None:
            queue: asy.Queue[bytes] = asy.Queue()
            with fail_allocation(0, 1) as counted:
                queue.put_nowait(b"x" * 100)
            self.assertGreater(counted.asked, 0)
            with fail_allocation(1, 1000):
                with self.assertRaises(MemoryError):
                    queue.put_nowait(b"x" * 100)
            queue.put_nowait(b"x" * 100)
            self.assertEqual(queue.qsize(), 2)

        asy.run(main())


if __name__ == "__main__":
    unittest.main()
