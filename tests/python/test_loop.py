from __future__ import annotations

import threading
import unittest

import libasync as asy
from support import Case


class LoopTest(Case):
    # LOOP-02 LOOP-07
    def test_ready_queue_is_first_in_first_out_and_stop_ends_the_batch(self) -> None:
        with self.make_loop() as loop:
            order = []
            for number in range(3):
                loop.call_soon(order.append, number)
            loop.call_soon(loop.stop)
            loop.call_soon(order.append, 3)
            loop.run_forever()
            self.assertEqual(order[:3], [0, 1, 2])
            loop.stop()
            loop.run_forever()
            self.assertEqual(order, [0, 1, 2, 3])

    # LOOP-04 LOOP-21
    def test_idle_loop_waits_for_a_thread(self) -> None:
        with self.make_loop(virtual_clock=False) as loop:
            timer = threading.Timer(0.02, lambda: loop.call_soon_threadsafe(loop.stop))
            timer.start()
            loop.run_forever()
            timer.join()

    # LOOP-05 LOOP-14
    def test_running_twice_in_one_thread_is_refused(self) -> None:
        async def main() -> None:
            with self.assertRaises(RuntimeError):
                asy.get_running_loop().run_forever()
            with asy.Loop() as other:
                with self.assertRaises(RuntimeError):
                    other.run_forever()

        self.run_main(main())

    # LOOP-06
    def test_stopped_before_the_future_is_done(self) -> None:
        with self.make_loop() as loop:
            future = loop.create_future()
            loop.call_soon(loop.stop)
            with self.assertRaisesRegex(RuntimeError, "stopped before"):
                loop.run_until_complete(future)
            future.cancel()

    # LOOP-08 LOOP-09
    def test_close_is_idempotent_and_everything_afterwards_is_refused(self) -> None:
        loop = self.make_loop()
        loop.call_soon(self.fail)
        loop.close()
        loop.close()
        self.assertTrue(loop.is_closed())
        for refuse in (
            lambda: loop.call_soon(print),
            lambda: loop.call_later(1, print),
            lambda: loop.call_at(1, print),
            lambda: loop.call_soon_threadsafe(print),
            loop.run_forever,
            lambda: loop.add_reader(0, print),
        ):
            with self.assertRaises(asy.ClosedError):
                refuse()
        self.assertFalse(loop.remove_reader(0))

    # LOOP-08
    def test_close_while_running_is_an_error(self) -> None:
        async def main() -> None:
            with self.assertRaises(RuntimeError):
                asy.get_running_loop().close()

        self.run_main(main())

    # LOOP-10
    def test_time_is_seconds_that_never_go_back(self) -> None:
        with self.make_loop(virtual_clock=False) as loop:
            first = loop.time()
            self.assertIsInstance(first, float)
            self.assertGreaterEqual(loop.time(), first)

    # LOOP-11
    def test_running_loop_is_per_thread(self) -> None:
        found = []

        def other_thread() -> None:
            try:
                asy.get_running_loop()
            except RuntimeError as error:
                found.append(error)

        async def main() -> None:
            thread = threading.Thread(target=other_thread)
            thread.start()
            thread.join()

        self.run_main(main())
        self.assertEqual(len(found), 1)
        with self.assertRaises(RuntimeError):
            asy.get_running_loop()

    # LOOP-14 THR-10
    def test_one_loop_per_thread_runs_independently(self) -> None:
        results = []

        async def unit(number: int) -> None:
            me = asy.current_task()
            for _ in range(100):
                sum(range(2000))  # long enough for the interpreter to switch threads in the middle of a step
                self.assertIs(asy.current_task(), me)
                await asy.sleep(0.0001)
            results.append(number)

        threads = [threading.Thread(target=lambda number=number: asy.run(unit(number))) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(results), [0, 1, 2])

    # LOOP-15
    def test_primitives_made_before_any_loop_bind_at_first_use(self) -> None:
        semaphore, event, queue = asy.Semaphore(1), asy.Event(), asy.Queue(2)
        event.set()

        async def main() -> None:
            async with semaphore:
                self.assertTrue(await event.wait())
                await queue.put(1)
                self.assertEqual(await queue.get(), 1)

        self.run_main(main())

    # LOOP-15
    def test_queues_are_filled_before_any_loop_exists(self) -> None:
        for kind, got in ((asy.Queue, [3, 1, 2]), (asy.LifoQueue, [2, 1, 3]), (asy.PriorityQueue, [1, 2, 3])):
            queue = kind(3)
            with self.assertRaises(asy.QueueEmpty):
                queue.get_nowait()
            with self.assertRaises(ValueError):
                queue.task_done()
            for item in (3, 1, 2):
                queue.put_nowait(item)
            with self.assertRaises(asy.QueueFull):
                queue.put_nowait(4)
            self.assertEqual((queue.qsize(), queue.full()), (3, True))

            async def main() -> list[int]:
                return [await queue.get() for _ in range(3)]

            self.assertEqual(self.run_main(main()), got)
        with self.assertRaises(TypeError):
            queue = asy.PriorityQueue()
            for item in (1, "a"):
                queue.put_nowait(item)

    # SYNC-25 THR-09 TASK-34 DBG-05
    def test_other_threads_are_refused(self) -> None:
        refused = []
        with self.make_loop() as loop:
            future = loop.create_future()

            def other_thread() -> None:
                calls = (lambda: loop.call_soon(print), lambda: loop.call_later(1, print), lambda: loop.call_at(1, print))
                for call in (*calls, loop.run_forever, loop.stop, future.cancel, lambda: future.set_result(1)):
                    try:
                        call()
                    except RuntimeError:
                        refused.append(call)

            thread = threading.Thread(target=other_thread)
            thread.start()
            thread.join()
            self.assertFalse(future.done())
        self.assertEqual(len(refused), 7)

    # LOOP-24
    def test_hand_over_and_step_from_a_hosts_loop(self) -> None:
        with self.make_loop(virtual_clock=False) as loop:
            order = []
            loop.call_soon(order.append, 1)
            self.assertGreaterEqual(loop.fileno(), 0)
            self.assertIsNotNone(loop.next_deadline())
            loop.step(0)
            self.assertEqual(order, [1])
            self.assertIsNone(loop.next_deadline())
            loop.release()
            with self.assertRaises(RuntimeError):
                loop.step(0)
            loop.acquire()
            loop.step(0)

    # LOOP-27
    def test_state_and_description_answer_on_any_thread(self) -> None:
        def told() -> tuple[bool, bool, str]:
            answers: list[tuple[bool, bool, str]] = []
            thread = threading.Thread(target=lambda: answers.append((loop.is_running(), loop.is_closed(), repr(loop))))
            thread.start()
            thread.join()
            self.assertEqual(answers, [(loop.is_running(), loop.is_closed(), repr(loop))])
            return answers[0]

        async def main() -> None:
            self.assertEqual(told(), (True, False, "<libasync.Loop running=True closed=False debug=False>"))

        loop = self.make_loop()
        self.assertEqual(told(), (False, False, "<libasync.Loop running=False closed=False debug=False>"))
        loop.run_until_complete(main())
        loop.set_debug(True)
        self.assertEqual(told()[2], "<libasync.Loop running=False closed=False debug=True>")
        loop.close()
        self.assertEqual(told()[:2], (False, True))
        self.assertIn("closed=True", repr(loop))

    # TEST-07
    def test_virtual_clock_moves_by_itself_or_by_hand(self) -> None:
        async def main() -> None:
            loop = asy.get_running_loop()
            start = loop.time()
            await asy.sleep(3600)
            self.assertAlmostEqual(loop.time() - start, 3600)

        self.run_main(main())
        with self.make_loop() as loop:
            fired, start = [], loop.time()
            loop.call_later(10, fired.append, 1)
            loop.advance(20)
            loop.step(0)
            self.assertEqual(fired, [1])
            self.assertAlmostEqual(loop.time() - start, 20)


if __name__ == "__main__":
    unittest.main()
