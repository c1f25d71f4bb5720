"""How tasks are made: eagerly, by factories, with options that pass through."""

from __future__ import annotations

import contextvars
import gc
import io
import unittest
import weakref
from typing import Any

import libasync as asy
from support import Case

variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")


class CreateTaskTest(Case):
    # TASK-07 CTX-06
    def test_eager_task_runs_to_its_first_wait_in_a_context_of_its_own(self) -> None:
        async def main() -> None:
            log: list[Any] = []

            async def unit() -> str:
                log.append(asy.current_task())
                variable.set("eager")
                log.append(asy.current_task().get_name())
                await asy.sleep(1)
                log.append("resumed")
                return variable.get()

            task = asy.create_task(unit(), name="child", eager_start=True)
            self.assertEqual(log, [task, "child"])
            self.assertIsNot(asy.current_task(), task)
            self.assertEqual(variable.get(), "none")
            self.assertEqual((await task, len(log)), ("eager", 3))

            async def short(fail: bool) -> int:
                if fail:
                    raise KeyError("stored")
                return 5

            self.assertEqual(asy.create_task(short(False), eager_start=True).result(), 5)
            failed = asy.create_task(short(True), eager_start=True)
            with self.assertRaises(KeyError):
                failed.result()

        self.run_main(main())

    # TASK-07
    def test_eager_task_of_a_loop_that_does_not_run_begins_later(self) -> None:
        with self.make_loop() as loop:
            log: list[int] = []

            async def unit() -> None:
                log.append(1)

            task = loop.create_task(unit(), eager_start=True)
            self.assertEqual(log, [])
            loop.run_until_complete(task)
            self.assertEqual(log, [1])

    # TASK-08
    def test_eager_task_does_not_see_its_creators_cancel(self) -> None:
        async def main() -> None:
            log = []

            async def child() -> None:
                await asy.sleep(0)
                log.append("child ran")
                await asy.sleep(100)

            async def creator() -> None:
                asy.current_task().cancel()
                tasks.append(asy.create_task(child(), eager_start=True))
                await asy.sleep(100)

            tasks: list[asy.Task[Any]] = []
            task = asy.create_task(creator())
            await asy.sleep(1)
            self.assertTrue(task.cancelled())
            self.assertEqual(log, ["child ran"])
            self.assertTrue(tasks[0].cancel())
            await asy.sleep(1)
            self.assertTrue(tasks[0].cancelled())

            async def short() -> None:
                pass

            self.assertFalse(asy.create_task(short(), eager_start=True).cancel())

        self.run_main(main())

    # TASK-06 EXT-02
    def test_every_option_reaches_the_factory_from_everywhere(self) -> None:
        async def main() -> None:
            loop, seen = asy.get_running_loop(), []

            def factory(loop: asy.Loop, coro: Any, *, custom: int = 0, **keywords: Any) -> asy.Task[Any]:
                seen.append((custom, keywords.get("name")))
                return asy.Task(coro, loop=loop, **keywords)

            self.assertIsNone(loop.get_task_factory())
            loop.set_task_factory(factory)
            self.assertIs(loop.get_task_factory(), factory)

            async def unit() -> str:
                return asy.current_task().get_name()

            self.assertEqual(await asy.create_task(unit(), name="module", custom=1), "module")
            self.assertEqual(await loop.create_task(unit(), name="loop", custom=2, eager_start=True), "loop")
            async with asy.TaskGroup() as group:
                child = group.create_task(unit(), name="group", custom=3, context=contextvars.copy_context())
            self.assertEqual(await child, "group")
            self.assertEqual(seen, [(1, "module"), (2, "loop"), (3, "group")])
            loop.set_task_factory(lambda loop, coro, **keywords: coro.close())
            with self.assertRaisesRegex(TypeError, "instead of a task"):
                asy.create_task(unit())
            with self.assertRaises(TypeError):
                loop.set_task_factory(3)
            loop.set_task_factory(None)
            for wrong in (lambda c: asy.create_task(c, custom=1), lambda c: asy.Task(c, custom=1)):
                coroutine = unit()
                with self.assertRaisesRegex(TypeError, "unexpected keyword"):
                    wrong(coroutine)
                coroutine.close()

        self.run_main(main())

    # TASK-02 EXT-02
    def test_a_factory_makes_tasks_of_a_class_of_its_own(self) -> None:
        class Timed(asy.Task[Any]):
            def __init__(self, coro: Any, *, loop: asy.Loop, **keywords: Any) -> None:
                super().__init__(coro, loop=loop, **keywords)
                self.made = loop.time()

            def age(self) -> float:
                return self.get_loop().time() - self.made

        async def unit() -> object:
            await asy.sleep(1)
            return asy.current_task()

        async def main() -> None:
            asy.get_running_loop().set_task_factory(lambda loop, coro, **keywords: Timed(coro, loop=loop, **keywords))
            task = asy.create_task(unit(), name="timed")
            self.assertIs(await task, task)
            self.assertEqual((type(task), task.get_name(), task.age()), (Timed, "timed", 1))
            async with asy.TaskGroup() as group:
                child = group.create_task(unit(), eager_start=True)
            self.assertIs(child.result(), child)
            kept = weakref.ref(child)
            child.cycle = child
            del child
            task = asy.create_task(unit())
            asy.all_tasks().remove(task)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            gc.collect()
            self.assertIsNone(kept())

        self.run_main(main())

    # TASK-09
    def test_eager_factories(self) -> None:
        async def main() -> None:
            loop, log = asy.get_running_loop(), []

            async def unit(name: str) -> None:
                log.append(name)

            made = []

            def constructor(coro: Any, **keywords: Any) -> asy.Task[Any]:
                made.append(keywords["eager_start"])
                return asy.Task(coro, **keywords)

            loop.set_task_factory(asy.eager_task_factory)
            asy.create_task(unit("eager"))
            self.assertEqual(log, ["eager"])
            lazy = asy.create_task(unit("lazy"), eager_start=False)
            self.assertEqual(log, ["eager"])
            await lazy
            loop.set_task_factory(asy.create_eager_task_factory(constructor))
            asy.create_task(unit("own"))
            self.assertEqual((log[-1], made), ("own", [True]))

        self.run_main(main())

    # TG-12
    def test_eager_child_that_fails_cancels_its_parent_at_the_next_wait(self) -> None:
        async def main() -> None:
            log = []

            async def failing() -> None:
                raise ValueError("at once")

            with self.assertRaises(ExceptionGroup) as caught:
                async with asy.TaskGroup() as group:
                    group.create_task(failing(), eager_start=True)
                    log.append("still here")
                    await asy.sleep(100)
                    log.append("never")
            self.assertEqual(log, ["still here"])
            self.assertEqual([str(error) for error in caught.exception.exceptions], ["at once"])

        self.run_main(main())

    # TASK-28
    def test_stack_of_a_suspended_a_failed_and_a_finished_task(self) -> None:
        async def inner() -> None:
            await asy.sleep(1)
            raise ValueError("broken")

        async def outer() -> None:
            await inner()

        async def main() -> None:
            task = asy.create_task(outer(), name="worker")
            await asy.sleep(0)
            names = [frame.f_code.co_name for frame in task.get_stack()]
            self.assertEqual(names, ["outer", "inner"])
            self.assertEqual([frame.f_code.co_name for frame in task.get_stack(limit=1)], ["inner"])
            self.assertEqual(task.get_stack(limit=0), [])
            text = io.StringIO()
            task.print_stack(file=text)
            self.assertIn("Stack for", text.getvalue())
            self.assertIn("in inner", text.getvalue())
            self.assertIn("main", [frame.f_code.co_name for frame in asy.current_task().get_stack()])
            await asy.gather(task, return_exceptions=True)
            self.assertEqual([frame.f_code.co_name for frame in task.get_stack()], ["outer", "inner"])
            self.assertEqual([frame.f_code.co_name for frame in task.get_stack(limit=1)], ["outer"])
            text = io.StringIO()
            task.print_stack(file=text)
            self.assertIn("ValueError: broken", text.getvalue())
            done = asy.create_task(asy_unit())
            await done
            self.assertEqual(done.get_stack(), [])
            done.print_stack(file=text)
            self.assertIn("No stack", text.getvalue())

        self.run_main(main())

    # INTR-05
    def test_hooks_hear_of_every_task_and_step(self) -> None:
        async def main() -> None:
            loop, log = asy.get_running_loop(), []

            async def unit(fail: bool) -> None:
                await asy.sleep(0)
                if fail:
                    raise KeyError

            loop.set_task_hooks(
                created=lambda task: log.append(("created", task)),
                switched=lambda task, entered: log.append((entered, task)),
                finished=lambda task: log.append(("finished", task)),
            )
            task = asy.create_task(unit(False))
            await task
            own = [what for what, of in log if of == task]
            self.assertEqual(own, ["created", True, False, True, False, "finished"])
            log.clear()
            eager = asy.create_task(unit(True), eager_start=True)
            self.assertEqual([what for what, of in log if of == eager], ["created", True, False])
            await asy.gather(eager, return_exceptions=True)
            self.assertEqual(log[-1][0], True)  # this task goes on
            loop.set_task_hooks()
            log.clear()
            await asy.create_task(unit(False))
            self.assertEqual(log, [])
            with self.assertRaises(TypeError):
                loop.set_task_hooks(created=3)
            loop.set_task_hooks(created=lambda task: 1 / 0)
            await asy.create_task(unit(False))
            loop.set_task_hooks()

        self.run_main(main(), reports=1)


async def asy_unit() -> None:
    pass


if __name__ == "__main__":
    unittest.main()
