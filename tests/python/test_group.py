from __future__ import annotations

import gc
import unittest
import warnings

import libasync as asy
from support import Case, Hanging


async def after(delay: float, outcome: object = None) -> object:
    await asy.sleep(delay)
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


class GroupTest(Case):
    # TG-01 TG-13 TG-14
    def test_exit_waits_for_every_child_also_late_ones(self) -> None:
        async def main() -> None:
            results = []

            async def parent() -> None:
                await asy.sleep(1)
                group.create_task(child())

            async def child() -> None:
                await asy.sleep(1)
                results.append("late")

            async with asy.TaskGroup() as group:
                task = group.create_task(after(3, "x"), name="named")
                group.create_task(parent())
            self.assertEqual((task.result(), task.get_name(), results), ("x", "named", ["late"]))

        self.run_main(main())

    # TG-01 CORO-06
    def test_refused_children_are_closed(self) -> None:
        async def main() -> None:
            group = asy.TaskGroup()
            with self.assertRaises(RuntimeError):
                group.create_task(after(1))
            async with group:
                with self.assertRaises(TypeError):
                    group.create_task(3)
            with self.assertRaises(RuntimeError):
                group.create_task(after(1))
            with self.assertRaises(RuntimeError):
                async with group:
                    pass
            await asy.sleep(0)

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.run_main(main())
            gc.collect()

    # TG-02 TG-16
    def test_failing_child_cancels_the_rest_and_the_body(self) -> None:
        async def main() -> None:
            sibling, error = Hanging(), ValueError("x")
            with self.assertRaises(ExceptionGroup) as caught:
                async with asy.TaskGroup() as group:
                    group.create_task(sibling.wait())
                    group.create_task(after(1, error))
                    await asy.sleep(100)
            self.assertIs(caught.exception.exceptions[0], error)
            self.assertEqual(len(caught.exception.exceptions), 1)
            self.assertIsNone(caught.exception.__cause__)
            self.assertEqual(sibling.cancelled, 1)
            self.assertEqual(asy.current_task().cancelling(), 0)

        self.run_main(main())

    # TG-02
    def test_every_error_is_in_the_group(self) -> None:
        async def main() -> None:
            try:
                async with asy.TaskGroup() as group:
                    group.create_task(after(1, ValueError("a")))
                    group.create_task(after(1, KeyError("b")))
            except* ValueError as values:
                self.assertEqual(len(values.exceptions), 1)
            except* KeyError as keys:
                self.assertEqual(len(keys.exceptions), 1)

        self.run_main(main())

    # TG-03
    def test_failing_body_joins_the_group(self) -> None:
        async def main() -> None:
            child, error = Hanging(), ValueError("body")
            with self.assertRaises(ExceptionGroup) as caught:
                async with asy.TaskGroup() as group:
                    group.create_task(child.wait())
                    await asy.sleep(1)
                    raise error
            self.assertIs(caught.exception.exceptions[0], error)
            self.assertEqual(child.cancelled, 1)

        self.run_main(main())

    # TG-04
    def test_cancelled_child_is_no_error(self) -> None:
        async def main() -> None:
            async with asy.TaskGroup() as group:
                child = group.create_task(Hanging().wait())
                other = group.create_task(after(2, "x"))
                await asy.sleep(1)
                child.cancel()
            self.assertTrue(child.cancelled())
            self.assertEqual(other.result(), "x")

        self.run_main(main())

    # TG-05
    def test_cancelled_parent_cancels_children_and_stays_cancelled(self) -> None:
        child = Hanging()

        async def parent() -> None:
            async with asy.TaskGroup() as group:
                group.create_task(child.wait())
                await asy.sleep(100)

        async def main() -> None:
            task = asy.create_task(parent())
            await asy.sleep(1)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(child.cancelled, 1)

        self.run_main(main())

    # TG-06
    def test_error_wins_over_the_parents_cancel_which_comes_next(self) -> None:
        seen = []

        async def parent() -> None:
            try:
                async with asy.TaskGroup() as group:
                    group.create_task(self.fails_when_cancelled())
                    await asy.sleep(100)
            except ExceptionGroup as error:
                seen.append(type(error.exceptions[0]))
            await asy.sleep(1)
            seen.append("not reached")

        async def main() -> None:
            task = asy.create_task(parent())
            await asy.sleep(1)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(seen, [ValueError])

        self.run_main(main())

    async def fails_when_cancelled(self) -> None:
        try:
            await asy.sleep(100)
        except asy.CancelledError:
            raise ValueError("clean-up") from None

    # TG-07
    def test_swallowed_abort_leaks_nothing(self) -> None:
        async def main() -> None:
            with self.assertRaises(ExceptionGroup):
                async with asy.TaskGroup() as group:
                    group.create_task(after(1, ValueError()))
                    try:
                        await asy.sleep(100)
                    except asy.CancelledError:
                        pass
                    await asy.sleep(1)
            self.assertEqual(asy.current_task().cancelling(), 0)
            await asy.sleep(1)

        self.run_main(main())

    # TG-08
    def test_nested_groups_nest_their_errors(self) -> None:
        async def main() -> None:
            with self.assertRaises(ExceptionGroup) as caught:
                async with asy.TaskGroup():
                    async with asy.TaskGroup() as inner:
                        inner.create_task(after(1, ValueError("deep")))
            outer = caught.exception
            self.assertIsInstance(outer.exceptions[0], ExceptionGroup)
            self.assertIsInstance(outer.exceptions[0].exceptions[0], ValueError)

        self.run_main(main())

    # TG-09 TASK-21
    def test_fatal_error_of_a_child_leaves_bare_after_the_siblings_ended(self) -> None:
        sibling = Hanging()

        async def main() -> None:
            async with asy.TaskGroup() as group:
                group.create_task(sibling.wait())
                group.create_task(after(1, SystemExit(3)))

        with self.assertRaises(SystemExit):
            self.run_main(main())
        self.assertEqual(sibling.cancelled, 1)

    # TG-09
    def test_other_base_exceptions_make_a_base_group(self) -> None:
        class Base(BaseException):
            pass

        async def main() -> None:
            with self.assertRaises(BaseExceptionGroup) as caught:
                async with asy.TaskGroup() as group:
                    group.create_task(after(1, Base()))
            self.assertNotIsInstance(caught.exception, ExceptionGroup)

        self.run_main(main())

    # TG-10
    def test_errors_while_being_cancelled_join_the_group(self) -> None:
        async def main() -> None:
            with self.assertRaises(ExceptionGroup) as caught:
                async with asy.TaskGroup() as group:
                    group.create_task(self.fails_when_cancelled())
                    group.create_task(after(1, KeyError("first")))
            self.assertEqual({type(error) for error in caught.exception.exceptions}, {ValueError, KeyError})

        self.run_main(main())

    # TG-18
    def test_cancel_ends_the_group_without_error(self) -> None:
        async def main() -> None:
            child, after_group = Hanging(), []
            async with asy.TaskGroup() as group:
                group.create_task(child.wait())
                await asy.sleep(1)
                group.cancel()
                await asy.sleep(100)
                self.fail("the body is cancelled too")
            after_group.append(child.cancelled)
            self.assertEqual(after_group, [1])
            self.assertEqual(asy.current_task().cancelling(), 0)

        self.run_main(main())

    # TG-11
    def test_child_that_fails_after_its_parent_is_reported(self) -> None:
        async def main() -> None:
            groups = []

            async def parent() -> None:
                groups.append(asy.TaskGroup())
                await groups[0].__aenter__()
                groups[0].create_task(after(2, KeyError("late")))

            await asy.create_task(parent())
            await asy.sleep(5)

        self.run_main(main(), reports=1)
        self.assertEqual(str(self.reports[0][0]), "'late'")


if __name__ == "__main__":
    unittest.main()
