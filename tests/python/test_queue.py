from __future__ import annotations

import threading
import unittest

import libasync as asy
from support import Case


class QueueTest(Case):
    #
    def test_none_ends_each_consumer_in_its_turn(self) -> None:
        async def main() -> None:
            queue, got = asy.Queue(2), []

            async def consumer(number: int) -> None:
                while (item := await queue.get()) is not None:
                    got.append(item)
                    await asy.sleep(1)
                got.append(f"end {number}")

            consumers = [asy.create_task(consumer(number)) for number in range(2)]
            for item in (1, 2, 3, *[None] * len(consumers)):
                await queue.put(item)
            await asy.gather(*consumers)
            self.assertEqual(got, [1, 2, 3, "end 1", "end 0"])

        self.run_main(main())

    # Q-13 SYNC-25
    def test_another_thread_is_refused_and_loses_nothing(self) -> None:
        async def main() -> None:
            queue, refused = asy.Queue(), []
            queue.put_nowait("item")

            async def put() -> None:
                await queue.put("across")

            def use() -> None:
                for call in (queue.get, queue.get_nowait, lambda: queue.put(1), lambda: queue.put_nowait(1),
                             queue.join, queue.task_done, queue.shutdown):
                    try:
                        answer = call()
                        refused.append(answer.exception())
                    except RuntimeError as error:
                        refused.append(error)

            thread = threading.Thread(target=use)
            thread.start()
            thread.join()
            self.assertEqual([type(error) for error in refused], [RuntimeError] * 7)
            self.assertEqual((queue.qsize(), await queue.get()), (1, "item"))
            await asy.to_thread(lambda: asy.run_coroutine_threadsafe(put(), loop).result())
            self.assertEqual(queue.get_nowait(), "across")

        loop = self.make_loop()
        with loop:
            loop.run_until_complete(main())

    # Q-01 Q-02
    def test_order_and_sizes(self) -> None:
        async def main() -> None:
            queue: asy.Queue = asy.Queue(maxsize=2)
            self.assertEqual((queue.qsize(), queue.empty(), queue.full(), queue.maxsize), (0, True, False, 2))
            await queue.put("a")
            await queue.put("b")
            self.assertEqual((queue.qsize(), queue.empty(), queue.full()), (2, False, True))
            self.assertEqual([await queue.get(), await queue.get()], ["a", "b"])
            self.assertEqual(asy.Queue(-3).maxsize, 0)
            for kind in asy.Queue, asy.LifoQueue, asy.PriorityQueue:
                self.assertEqual([kind(n).maxsize for n in (1.3, 2.0, -0.5, float("inf"), True)], [2, 2, 0, 0, 1])
                for wrong, error in ((float("nan"), ValueError), ("3", TypeError), (None, TypeError)):
                    with self.assertRaises(error):
                        kind(wrong)

        self.run_main(main())

    #
    def test_full_and_empty_suspend_in_order(self) -> None:
        async def main() -> None:
            queue, received = asy.Queue(1), []

            async def producer() -> None:
                for number in range(4):
                    await queue.put(number)

            async def consumer() -> None:
                for _ in range(4):
                    received.append(await queue.get())

            await asy.gather(producer(), consumer())
            self.assertEqual(received, [0, 1, 2, 3])

        self.run_main(main())

    # Q-04 EXC-06
    def test_without_waiting(self) -> None:
        async def main() -> None:
            queue: asy.Queue = asy.Queue(1)
            with self.assertRaises(asy.QueueEmpty):
                queue.get_nowait()
            queue.put_nowait([1])
            with self.assertRaises(asy.QueueFull):
                queue.put_nowait(2)
            self.assertEqual(queue.get_nowait(), [1])

        self.run_main(main())

    # Q-05 Q-07
    def test_cancelled_or_late_getter_loses_no_item(self) -> None:
        async def main() -> None:
            queue: asy.Queue = asy.Queue()
            with self.assertRaises(TimeoutError):
                await asy.wait_for(queue.get(), 1)
            getters = [asy.create_task(self.get(queue)) for _ in range(2)]
            await asy.sleep(0)
            queue.put_nowait("item")
            getters[0].cancel()
            self.assertEqual(await getters[0], "item")  # it came before the cancel
            getters[1].cancel()
            queue.put_nowait("next")
            await asy.sleep(1)
            self.assertEqual((getters[1].cancelled(), queue.get_nowait()), (True, "next"))

        self.run_main(main(), reports=1)

    async def get(self, queue: asy.Queue) -> object:
        return await queue.get()

    #
    def test_cancelled_putter_puts_nothing(self) -> None:
        async def main() -> None:
            queue: asy.Queue = asy.Queue(1)
            queue.put_nowait(1)

            async def put() -> None:
                await queue.put(2)

            task = asy.create_task(put())
            await asy.sleep(0)
            task.cancel()
            await asy.gather(task, return_exceptions=True)
            self.assertEqual((queue.get_nowait(), queue.qsize()), (1, 0))

        self.run_main(main())

    #
    def test_shut_down_drains_then_fails(self) -> None:
        async def main() -> None:
            queue: asy.Queue = asy.Queue(1)
            await queue.put(1)
            queue.shutdown()
            queue.shutdown()
            with self.assertRaises(asy.QueueShutDown):
                await queue.put(2)
            with self.assertRaises(asy.QueueShutDown):
                queue.put_nowait(2)
            self.assertEqual(await queue.get(), 1)
            with self.assertRaises(asy.QueueShutDown):
                await queue.get()
            with self.assertRaises(asy.QueueShutDown):
                queue.get_nowait()

        self.run_main(main())

    #
    def test_async_iteration_ends_with_the_shut_down(self) -> None:
        async def main() -> None:
            queue: asy.Queue = asy.Queue()
            for number in range(3):
                await queue.put(number)
            asy.get_running_loop().call_later(1, queue.shutdown)
            self.assertEqual([item async for item in queue], [0, 1, 2])

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
