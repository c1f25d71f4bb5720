from __future__ import annotations

import traceback
import unittest

import libasync as asy
from support import Case, Hanging


class TaskTest(Case):
    # TASK-01 TASK-10
    def test_creation_queues_the_first_steps_in_order(self) -> None:
        async def main() -> None:
            order = []

            async def unit(number: int) -> None:
                order.append(number)

            tasks = [asy.create_task(unit(number)) for number in range(3)]
            self.assertEqual(order, [])
            await asy.gather(*tasks)
            self.assertEqual(order, [0, 1, 2])

        self.run_main(main())

    # TASK-01
    def test_only_coroutines_become_tasks(self) -> None:
        async def main() -> None:
            for wrong in (3, len, asy.sleep(0)):
                with self.assertRaises(TypeError):
                    asy.create_task(wrong)

        self.run_main(main())

    # TASK-02
    def test_outcome_cannot_be_set_from_outside(self) -> None:
        async def main() -> None:
            task = asy.create_task(Hanging().wait())
            self.assertIsInstance(task, asy.Future)
            with self.assertRaises(RuntimeError):
                task.set_result(1)
            with self.assertRaises(RuntimeError):
                task.set_exception(ValueError())

        self.run_main(main())

    # TASK-04
    def test_names(self) -> None:
        async def unit() -> None:
            pass

        async def main() -> None:
            first, second = asy.create_task(unit()), asy.create_task(unit(), name=5)
            self.assertRegex(first.get_name(), r"^Task-\d+$")
            self.assertEqual(second.get_name(), "5")
            second.set_name("other")
            self.assertEqual(second.get_name(), "other")

        self.run_main(main())

    # TASK-11
    def test_cancel_answers_and_counts(self) -> None:
        async def main() -> None:
            task = asy.create_task(Hanging().wait())
            self.assertEqual((task.cancel(), task.cancel(), task.cancelling()), (True, True, 2))
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual((task.cancel(), task.cancelling()), (False, 2))

        self.run_main(main())

    # TASK-12
    def test_swallowed_by_the_inner_task_the_outer_goes_on(self) -> None:
        async def inner() -> str:
            try:
                await asy.sleep(100)
            except asy.CancelledError:
                return "swallowed"
            return "slept"

        async def outer(task: asy.Task) -> tuple[str, int]:
            return await task, asy.current_task().cancelling()

        async def main() -> None:
            task = asy.create_task(outer(asy.create_task(inner())))
            await asy.sleep(1)
            task.cancel()
            self.assertEqual(await task, ("swallowed", 1))
            self.assertFalse(task.cancelled())

        self.run_main(main())

    # TASK-13
    def test_value_that_came_before_the_cancel_is_delivered(self) -> None:
        async def main() -> None:
            future, seen = asy.get_running_loop().create_future(), []

            async def unit() -> None:
                seen.append(await future)
                try:
                    await asy.sleep(1)
                except asy.CancelledError:
                    seen.append("cancelled")
                    raise

            task = asy.create_task(unit())
            await asy.sleep(0)
            future.set_result("value")
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(seen, ["value", "cancelled"])

        self.run_main(main())

    # TASK-15
    def test_self_cancel_then_return_ends_cancelled(self) -> None:
        async def unit() -> int:
            asy.current_task().cancel()
            return 3

        async def main() -> None:
            task = asy.create_task(unit())
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertTrue(task.cancelled())

        self.run_main(main())

    # TASK-16 EXC-01
    def test_swallowing_is_allowed_and_a_catch_all_does_not(self) -> None:
        async def swallows() -> int:
            try:
                await asy.sleep(100)
            except asy.CancelledError:
                await asy.sleep(1)
            return 5

        async def catches_all() -> None:
            try:
                await asy.sleep(100)
            except Exception:
                self.fail("CancelledError is no Exception")

        async def main() -> None:
            tasks = asy.create_task(swallows()), asy.create_task(catches_all())
            await asy.sleep(1)
            for task in tasks:
                task.cancel()
            self.assertEqual(await tasks[0], 5)
            self.assertFalse(tasks[0].cancelled())
            with self.assertRaises(asy.CancelledError):
                await tasks[1]

        self.run_main(main())

    # TASK-17
    def test_cancelled_error_that_leaves_the_body_means_cancelled(self) -> None:
        async def unit() -> None:
            raise asy.CancelledError("own")

        async def main() -> None:
            task = asy.create_task(unit())
            with self.assertRaisesRegex(asy.CancelledError, "own"):
                await task
            self.assertTrue(task.cancelled())
            self.assertEqual(task.cancelling(), 0)

        self.run_main(main())

    # TASK-18
    def test_uncancel_to_zero_clears_an_undelivered_request(self) -> None:
        async def unit() -> int:
            task = asy.current_task()
            self.assertEqual(task.uncancel(), 0)
            task.cancel()
            self.assertEqual((task.cancelling(), task.uncancel()), (1, 0))
            await asy.sleep(1)
            return 1

        async def main() -> None:
            self.assertEqual(await asy.create_task(unit()), 1)

        self.run_main(main())

    # TASK-19
    def test_last_message_wins(self) -> None:
        async def main() -> None:
            task = asy.create_task(Hanging().wait())
            await asy.sleep(0)
            task.cancel("first")
            task.cancel("second")
            with self.assertRaises(asy.CancelledError) as caught:
                await task
            self.assertIn(str(caught.exception), ("first", "second"))

        self.run_main(main())

    # TASK-20
    def test_cancelled_future_is_told_from_an_own_cancel_by_the_count(self) -> None:
        async def main() -> None:
            future = asy.get_running_loop().create_future()

            async def unit() -> int:
                try:
                    await future
                except asy.CancelledError:
                    return asy.current_task().cancelling()
                return -1

            task = asy.create_task(unit())
            await asy.sleep(0)
            future.cancel()
            self.assertEqual(await task, 0)

        self.run_main(main())

    # TASK-22
    def test_current_task(self) -> None:
        async def unit() -> asy.Task:
            await asy.sleep(0)
            return asy.current_task()

        async def main() -> None:
            seen = []
            asy.get_running_loop().call_soon(lambda: seen.append(asy.current_task()))
            tasks = [asy.create_task(unit()) for _ in range(2)]
            for task in tasks:
                self.assertIs(await task, task)
            self.assertEqual(seen, [None])

        self.run_main(main())
        with self.assertRaises(RuntimeError):
            asy.current_task()

    # TASK-23
    def test_all_tasks(self) -> None:
        async def main() -> None:
            others = {asy.create_task(Hanging().wait()) for _ in range(3)}
            self.assertEqual(asy.all_tasks(), others | {asy.current_task()})
            loop = asy.get_running_loop()
            self.assertEqual(asy.all_tasks(loop=loop), others | {asy.current_task(loop=loop)})

        self.run_main(main())

    # TASK-27 FUT-09
    def test_unread_error_of_a_task_is_reported(self) -> None:
        async def unit() -> None:
            raise ValueError("lost")

        async def main() -> None:
            asy.create_task(unit())
            await asy.sleep(1)

        self.run_main(main(), reports=1)
        self.assertEqual(str(self.reports[0][0]), "lost")

    # TASK-29 TASK-33
    def test_done_task_drops_its_unit(self) -> None:
        async def unit() -> None:
            pass

        async def main() -> None:
            task = asy.create_task(unit())
            self.assertEqual(task.get_coro().__name__, "unit")
            await task
            self.assertIsNone(task.get_coro())
            self.assertIsNone(task.get_context())

        self.run_main(main())

    # TASK-32
    def test_description(self) -> None:
        async def main() -> None:
            async def stubborn() -> int:
                try:
                    await asy.sleep(100)
                except asy.CancelledError:
                    await asy.sleep(2)
                return 7

            task = asy.create_task(stubborn(), name="bob")
            unit = stubborn.__qualname__
            self.assertEqual(repr(task), f"<libasync.Task pending name=bob coro={unit} not started>")
            asy.create_task(asy.wait([task]), name="ann")
            await asy.sleep(1)
            self.assertIn(f"<libasync.Task pending name=bob coro={unit} waiting for sleep", repr(task))
            self.assertIn("awaited by", repr(task))
            task.cancel()
            await asy.sleep(1)
            self.assertIn(", cancelling", repr(task))
            await task
            self.assertEqual(repr(task), "<libasync.Task done name=bob>")
            task = asy.create_task(Hanging().wait(), name="eve")
            task.cancel()
            await asy.gather(task, return_exceptions=True)
            self.assertEqual(repr(task), "<libasync.Task cancelled name=eve>")

        self.run_main(main())

    # FUT-16
    def test_the_cancel_that_ended_a_task_is_the_same_object_and_its_chain_is_not_doubled(self) -> None:
        async def main() -> None:
            raised = []

            async def unit() -> None:
                try:
                    await asy.sleep(100)
                except asy.CancelledError as error:
                    raised.append(error)
                    raise

            task = asy.create_task(unit())
            await asy.sleep(1)
            task.cancel("why")
            lengths = []
            for _ in range(3):
                try:
                    await task
                except asy.CancelledError as error:
                    self.assertEqual(str(error), "why")
                    self.assertIsNone(error.__context__)
                    if not lengths:
                        self.assertIs(error, raised[0])
                    lengths.append(len(list(traceback.walk_tb(error.__traceback__))))
            self.assertEqual(len(set(lengths)), 1)

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
