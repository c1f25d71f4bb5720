from __future__ import annotations

import unittest

import libasync as asy
from support import Case


class Uncomparable:
    pass


class QueueKindsTest(Case):
    async def drain(self, queue: asy.Queue) -> list[object]:
        return [await queue.get() for _ in range(queue.qsize())]

    #
    def test_each_kind_has_its_order(self) -> None:
        async def main() -> None:
            for kind, order in ((asy.Queue, [3, 1, 2]), (asy.LifoQueue, [2, 1, 3]), (asy.PriorityQueue, [1, 2, 3])):
                queue = kind(maxsize=3)
                for item in (3, 1, 2):
                    await queue.put(item)
                self.assertTrue(queue.full())
                self.assertEqual(await self.drain(queue), order)
                self.assertIsInstance(queue, asy.Queue)

        self.run_main(main())

    #
    def test_priorities_compare_with_pythons_less_than(self) -> None:
        class Job:
            def __init__(self, urgency: int, name: str) -> None:
                self.urgency, self.name = urgency, name

            def __lt__(self, other: Job) -> bool:
                return self.urgency > other.urgency

        async def main() -> None:
            queue: asy.Queue = asy.PriorityQueue()
            for job in (Job(1, "a"), Job(5, "b"), Job(1, "c"), Job(5, "d")):
                queue.put_nowait(job)
            self.assertEqual([job.name for job in await self.drain(queue)], ["b", "d", "a", "c"])
            for item in ((2, "x"), (1, "z"), (1.5, "y")):
                queue.put_nowait(item)
            self.assertEqual([name for _, name in await self.drain(queue)], ["z", "y", "x"])

        self.run_main(main())

    #
    def test_what_cannot_be_compared_fails_at_the_put(self) -> None:
        async def main() -> None:
            queue: asy.Queue = asy.PriorityQueue()
            queue.put_nowait((1, Uncomparable()))
            with self.assertRaisesRegex(TypeError, "not supported between"):
                await queue.put((1, Uncomparable()))
            with self.assertRaisesRegex(TypeError, "not supported between"):
                queue.put_nowait((1, Uncomparable()))
            self.assertEqual(queue.qsize(), 1)
            queue.put_nowait((0, Uncomparable()))
            self.assertEqual([number for number, _ in await self.drain(queue)], [0, 1])

        self.run_main(main())

    #
    def test_join_waits_until_every_item_is_done(self) -> None:
        async def main() -> None:
            queue, done = asy.Queue(), []
            await queue.join()  # nothing is unfinished
            with self.assertRaises(ValueError):
                queue.task_done()

            async def worker() -> None:
                async for item in queue:
                    await asy.sleep(1)
                    done.append(item)
                    queue.task_done()

            for item in range(3):
                queue.put_nowait(item)
            task = asy.create_task(worker())
            await queue.join()
            self.assertEqual(done, [0, 1, 2])
            with self.assertRaisesRegex(ValueError, "too many"):
                queue.task_done()
            queue.shutdown()
            await task

        self.run_main(main())

    #
    def test_a_refill_before_the_joiner_runs_does_not_hold_it(self) -> None:
        async def main() -> None:
            queue: asy.Queue = asy.Queue()
            queue.put_nowait(1)
            joined = queue.join()
            queue.get_nowait()
            queue.task_done()
            queue.put_nowait(2)
            await joined

        self.run_main(main())

    #
    def test_immediate_shutdown_drops_items_but_not_what_is_in_work(self) -> None:
        async def main() -> None:
            queue: asy.Queue = asy.Queue(2)
            queue.put_nowait("in work")
            queue.put_nowait("dropped")
            getter_of_nothing: asy.Queue = asy.Queue()
            waiting = getter_of_nothing.get()
            queue.get_nowait()
            queue.put_nowait("dropped too")
            putter = queue.put("never in")
            joined = queue.join()
            queue.shutdown(immediate=True)
            getter_of_nothing.shutdown(True)
            for refused in (putter, queue.get(), waiting):
                with self.assertRaises(asy.QueueShutDown):
                    await refused
            self.assertFalse(joined.done())
            queue.task_done()
            await joined

        self.run_main(main())

    #
    def test_description(self) -> None:
        async def main() -> None:
            queue: asy.Queue = asy.PriorityQueue(1)
            self.assertRegex(repr(queue), r"^<libasync.PriorityQueue at \w+ \[maxsize:1, items:0\]>$")
            getter = queue.get()
            self.assertIn("items:0, getters:1]", repr(queue))
            getter.cancel()
            queue.put_nowait(1)
            putter = queue.put(2)
            self.assertIn("items:1, putters:1, tasks:1]", repr(queue))
            putter.cancel()
            queue.shutdown()
            self.assertIn("shutdown]", repr(queue))

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
