"""Looking in: the call graph, who waits for whom, and the dump of a program that hangs."""

from __future__ import annotations

import io
import unittest
from collections.abc import Awaitable, Callable

import libasync as asy
from support import Case


def names(graph: asy.FutureCallGraph) -> list[str]:
    return [entry.frame.f_code.co_name for entry in graph.call_stack]


class GraphTest(Case):
    # TASK-30 FUT-17 INTR-01
    def test_walks_from_the_innermost_frame_to_all_who_wait(self) -> None:
        async def main() -> None:
            async def inner() -> None:
                await asy.sleep(1)

            async def middle() -> None:
                await inner()

            async def outer(of: asy.Task[None]) -> None:
                await of

            task = asy.create_task(middle(), name="middle")
            waiters = [asy.create_task(outer(task), name=f"outer {number}") for number in range(2)]
            await asy.sleep(0)
            await asy.sleep(0)
            graph = asy.capture_call_graph(task)
            self.assertIs(graph.future, task)
            self.assertEqual(names(graph), ["inner", "middle"])
            self.assertEqual([above.future for above in graph.awaited_by], waiters)
            self.assertEqual([names(above) for above in graph.awaited_by], [["outer"]] * 2)
            self.assertEqual(names(asy.capture_call_graph(task, limit=1)), ["inner"])
            self.assertEqual(names(asy.capture_call_graph(task, limit=-1)), ["middle"])
            links = asy.capture_call_graph(task, limit=0)
            self.assertEqual((links.call_stack, len(links.awaited_by)), ((), 2))
            text = asy.format_call_graph(task)
            for part in ("name=middle", "+ Call stack:", "in GraphTest", "inner()", "+ Awaited by:", "name=outer 1"):
                self.assertIn(part, text)
            out = io.StringIO()
            asy.print_call_graph(task, file=out)
            self.assertEqual(out.getvalue(), text + "\n")
            await asy.gather(*waiters)

        self.run_main(main())

    # TASK-30
    def test_current_task_none_and_errors(self) -> None:
        async def main() -> None:
            def here() -> asy.FutureCallGraph:
                return asy.capture_call_graph()

            graph = here()
            self.assertIs(graph.future, asy.current_task())
            self.assertEqual(names(graph), ["here", "main"])
            seen: list[object] = []
            asy.get_running_loop().call_soon(lambda: seen.append(asy.capture_call_graph()))
            await asy.sleep(0)
            self.assertEqual(seen, [None])
            with self.assertRaises(TypeError):
                asy.capture_call_graph(3)

        self.run_main(main())
        with self.assertRaises(RuntimeError):
            asy.capture_call_graph()

    # FUT-17 TG-17 TASK-30
    def test_through_every_combinator(self) -> None:
        async def in_group(task: asy.Task[None]) -> None:
            async with asy.TaskGroup() as group:
                group.create_task(waiting(task))

        async def waiting(task: asy.Task[None]) -> None:
            await task

        async def in_gather(task: asy.Task[None]) -> None:
            await asy.gather(task)

        async def in_wait(task: asy.Task[None]) -> None:
            await asy.wait([task])

        async def in_shield(task: asy.Task[None]) -> None:
            await asy.shield(task)

        async def in_timeout(task: asy.Task[None]) -> None:
            async with asy.timeout(50):
                await task

        async def in_wait_for(task: asy.Task[None]) -> None:
            await asy.wait_for(task, 50)

        async def main(through: Callable[[asy.Task[None]], Awaitable[None]]) -> None:
            async def leaf() -> None:
                await asy.sleep(10)

            async def root() -> None:
                await through(task)

            task = asy.create_task(leaf(), name="leaf")
            top = asy.create_task(root(), name="root")
            await asy.sleep(1)
            found: list[object] = []

            def walk(graph: asy.FutureCallGraph) -> None:
                found.append(graph.future)
                for above in graph.awaited_by:
                    walk(above)

            walk(asy.capture_call_graph(task))
            self.assertIn(top, found, through)
            await top

        for through in (in_group, in_gather, in_wait, in_shield, in_timeout, in_wait_for):
            self.run_main(main(through))

    # INTR-06 SYNC-06
    def test_dump_tells_of_every_task_what_it_waits_for(self) -> None:
        async def main() -> None:
            first, second = asy.Lock(), asy.Lock()

            async def unit(one: asy.Lock, other: asy.Lock) -> None:
                async with one:
                    await asy.sleep(1)
                    await other.acquire()

            tasks = [asy.create_task(unit(first, second), name="left"), asy.create_task(unit(second, first), name="right")]
            await asy.sleep(2)
            dump = asy.get_running_loop().dump()
            for part in ("left", "right", "test_graph.py", "in GraphTest.test_dump"):
                self.assertIn(part, dump)
            for task in tasks:
                task.cancel()

        self.run_main(main())

    # INTR-07 HND-06
    def test_timers_catch_up_in_order_after_the_loop_stood_still(self) -> None:
        async def main() -> None:
            loop, order = asy.get_running_loop(), []
            for delay in (3, 1, 2):
                loop.call_later(delay, order.append, delay)
            loop.advance(10)  # what a breakpoint does to time
            await asy.sleep(0.1)
            self.assertEqual(order, [1, 2, 3])

            async def unit() -> None:
                await asy.sleep(5)

            task = asy.create_task(unit())
            await asy.sleep(1)
            self.assertEqual(task.get_coro().cr_frame.f_code.co_name, "unit")  # what a debugger looks at
            self.assertIsNotNone(task.get_coro().cr_await)
            await task
            self.assertIsNone(task.get_coro())

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
