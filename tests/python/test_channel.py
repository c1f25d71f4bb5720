from __future__ import annotations

import gc
import threading
import unittest
import weakref

import libasync as asy
from support import Case


class Item:
    pass


class ChannelTest(Case):
    #
    def test_threads_send_and_the_loop_iterates(self) -> None:
        async def main() -> None:
            channel: asy.Channel[tuple[int, int]] = asy.Channel()

            def sender(number: int) -> None:
                for i in range(100):
                    channel.send((number, i))

            threads = [threading.Thread(target=sender, args=(number,)) for number in range(4)]
            for thread in threads:
                thread.start()
            ending = asy.create_task(asy.to_thread(lambda: [thread.join() for thread in threads] and channel.shutdown()))
            got = [item async for item in channel]
            await ending
            for number in range(4):
                self.assertEqual([i for sender, i in got if sender == number], list(range(100)))

        loop = self.make_loop()
        with loop:
            loop.run_until_complete(main())

    #
    def test_full_empty_and_shut_down_have_the_queues_errors(self) -> None:
        async def main() -> None:
            channel: asy.Channel[str] = asy.Channel(1)
            with self.assertRaises(asy.QueueEmpty):
                channel.receive_nowait()
            channel.send("a")
            with self.assertRaises(asy.QueueFull):
                channel.send("b")
            self.assertEqual((channel.qsize(), channel.maxsize), (1, 1))
            channel.shutdown()
            with self.assertRaises(asy.QueueShutDown):
                channel.send("c")
            self.assertEqual(await channel.receive(), "a")
            with self.assertRaises(asy.QueueShutDown):
                await channel.receive()
            with self.assertRaises(asy.QueueShutDown):
                channel.receive_nowait()

        self.run_main(main())

    # Q-13 Q-05
    def test_a_cancelled_receiver_loses_no_item(self) -> None:
        async def main() -> None:
            channel: asy.Channel[int] = asy.Channel()

            async def receive() -> int:
                return await channel.receive()

            task = asy.create_task(receive())
            await asy.sleep(0)
            thread = threading.Thread(target=channel.send, args=(3,))
            thread.start()
            thread.join()
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(channel.receive_nowait(), 3)

        self.run_main(main())

    #
    def test_another_thread_may_not_receive(self) -> None:
        async def main() -> None:
            channel: asy.Channel[str] = asy.Channel()
            channel.send("item")
            refused = []

            def use() -> None:
                refused.append(channel.receive().exception())
                try:
                    channel.receive_nowait()
                except RuntimeError as error:
                    refused.append(error)

            thread = threading.Thread(target=use)
            thread.start()
            thread.join()
            self.assertEqual([type(error) for error in refused], [RuntimeError] * 2)
            self.assertEqual(await channel.receive(), "item")

        self.run_main(main())

    #
    def test_a_closed_loop_refuses_and_releases(self) -> None:
        loop = self.make_loop()
        item = Item()
        gone = weakref.ref(item)
        channel: asy.Channel[Item] = asy.Channel(loop=loop)
        channel.send(item)
        del item
        self.assertIsNotNone(gone())
        loop.close()
        gc.collect()
        self.assertIsNone(gone())
        with self.assertRaises(asy.QueueShutDown):
            channel.send(Item())

    def test_it_needs_a_loop(self) -> None:
        with self.assertRaises(RuntimeError):
            asy.Channel()


if __name__ == "__main__":
    unittest.main()
