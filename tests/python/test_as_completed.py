from __future__ import annotations

import unittest
import weakref

import libasync as asy
from support import Case, Probe


async def after(delay: float) -> float:
    await asy.sleep(delay)
    return delay


class AsCompletedTest(Case):
    # COMB-25
    def test_plain_iteration_gives_results_in_order_of_completion(self) -> None:
        async def main() -> None:
            units = [after(3), after(1), after(2)]
            units.append(units[0])
            self.assertEqual([await result for result in asy.as_completed(units)], [1, 2, 3])

        self.run_main(main())

    # COMB-25 TASK-33
    def test_an_error_that_was_caught_is_collected_with_its_frames(self) -> None:
        async def fails(probe: Probe) -> None:
            await asy.sleep(1)
            raise KeyError("caught")

        async def catches() -> weakref.ref[Probe]:
            probe = Probe()
            results = iter(asy.as_completed([fails(probe)]))
            for result in results:
                try:
                    await result
                except KeyError:
                    pass
            return weakref.ref(probe)

        async def main() -> None:
            reference = await catches()
            await asy.sleep(0)
            self.assert_collected(reference)
            self.assertNotIn("as_completed", asy.get_running_loop().live())

        self.run_main(main())

    # COMB-25
    def test_async_iteration_gives_the_original_futures(self) -> None:
        async def main() -> None:
            tasks = [asy.create_task(after(delay)) for delay in (3, 1, 2)]
            order = []
            async for task in asy.as_completed(tasks):
                self.assertTrue(task.done())
                order.append(task)
            self.assertEqual(len(order), 3)
            for found, expected in zip(order, (tasks[1], tasks[2], tasks[0]), strict=True):
                self.assertIs(found, expected)

        self.run_main(main())

    # COMB-25
    def test_errors_are_raised_by_their_own_item(self) -> None:
        async def failing() -> None:
            await asy.sleep(1)
            raise ValueError("x")

        async def main() -> None:
            outcomes = []
            for result in asy.as_completed([failing(), after(2)]):
                try:
                    outcomes.append(await result)
                except ValueError as error:
                    outcomes.append(str(error))
            self.assertEqual(outcomes, ["x", 2])

        self.run_main(main())

    # COMB-26
    def test_deadline_leaves_the_rest_running(self) -> None:
        async def main() -> None:
            slow = asy.create_task(after(5))
            outcomes = []
            for result in asy.as_completed([after(1), slow], timeout=2):
                try:
                    outcomes.append(await result)
                except TimeoutError:
                    outcomes.append("late")
            self.assertEqual(outcomes, [1, "late"])
            self.assertEqual(await slow, 5)

        self.run_main(main())

    # COMB-26
    def test_iteration_resumes_where_it_stopped(self) -> None:
        async def main() -> None:
            completed = asy.as_completed([after(1), after(2), after(3)])
            async for task in completed:
                self.assertEqual(task.result(), 1)
                break
            self.assertEqual([task.result() async for task in completed], [2, 3])

        self.run_main(main())

    # COMB-25
    def test_nothing_and_wrong_arguments(self) -> None:
        async def main() -> None:
            self.assertEqual(list(asy.as_completed([])), [])
            self.assertEqual([task async for task in asy.as_completed(())], [])
            for wrong in (3, [3], asy.Future()):
                with self.assertRaises(TypeError):
                    asy.as_completed(wrong)
            with self.assertRaises(ValueError):
                asy.as_completed([], timeout=float("nan"))

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
