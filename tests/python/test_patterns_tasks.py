"""The edges of examples/patterns: tasks that live together."""

from __future__ import annotations

import signal
import sys
import unittest
from collections.abc import AsyncIterator
from pathlib import Path

import libasync as asy
from support import Case

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

from patterns.background import background  # noqa: E402
from patterns.chunks import in_chunks  # noqa: E402
from patterns.gate import Gate  # noqa: E402
from patterns.monitor import monitor  # noqa: E402
from patterns.pipeline import pipeline  # noqa: E402
from patterns.shutdown import Service  # noqa: E402
from patterns.sources import Sender, run_sources  # noqa: E402
from patterns.toy_loop import ToyLoop, toy_sleep  # noqa: E402


class BackgroundTest(Case):
    # ECO-06
    def test_jobs_end_with_the_body_and_their_failure_ends_it(self) -> None:
        async def main() -> None:
            log: list[str] = []

            async def job() -> None:
                try:
                    await asy.sleep(100)
                finally:
                    await asy.sleep(1)
                    log.append("ended")

            async with background(job, job):
                await asy.sleep(1)
                self.assertEqual(log, [])
            self.assertEqual(log, ["ended"] * 2)

            async def failing() -> None:
                await asy.sleep(1)
                raise KeyError("job")

            with self.assertRaises(ExceptionGroup) as caught:
                async with background(failing, job):
                    await asy.sleep(100)
                    log.append("never")
            self.assertEqual([str(error) for error in caught.exception.exceptions], ["'job'"])

            async def cancelled_from_outside() -> None:
                async with background(job):
                    await asy.sleep(100)

            task = asy.create_task(cancelled_from_outside())
            await asy.sleep(1)
            task.cancel()
            await asy.gather(task, return_exceptions=True)
            self.assertTrue(task.cancelled())
            self.assertEqual(log, ["ended"] * 4)

        self.run_main(main())

    # ECO-21
    def test_monitor_tells_at_every_period_and_ends_with_the_body(self) -> None:
        async def main() -> None:
            loop, told = asy.get_running_loop(), []
            start = loop.time()
            async with monitor(2, lambda: told.append(loop.time() - start)):
                await asy.sleep(7)
            await asy.sleep(10)
            self.assertEqual(told, [2, 4, 6])

        self.run_main(main())


class PipelineTest(Case):
    async def items(self, *items: object) -> AsyncIterator[object]:
        for item in items:
            await asy.sleep(1)
            if isinstance(item, Exception):
                raise item
            yield item

    # ECO-07
    def test_every_item_is_consumed_through_a_bounded_queue(self) -> None:
        async def main() -> None:
            seen: list[object] = []

            async def consume(item: object) -> None:
                await asy.sleep(3)
                seen.append(item)

            await pipeline([self.items(1, 2, 3), self.items(4, 5)], consume, consumers=2, room=1)
            self.assertEqual(sorted(seen), [1, 2, 3, 4, 5])

        self.run_main(main())

    # ECO-07
    def test_a_failing_producer_or_consumer_ends_all_without_a_hang(self) -> None:
        async def main() -> None:
            async def failing(item: object) -> None:
                raise KeyError(item)

            async def fine(item: object) -> None:
                pass

            for producers, consume in (([self.items(1, 2, 3)], failing), ([self.items(1, ValueError())], fine)):
                with self.assertRaises(ExceptionGroup):
                    await asy.wait_for(pipeline(producers, consume, consumers=2, room=1), 100)

        self.run_main(main())


class SourcesTest(Case):
    # ECO-08
    def test_one_that_ends_ends_the_others_and_sends_are_serialised(self) -> None:
        async def main() -> None:
            log: list[str] = []
            busy = 0

            async def send(message: bytes) -> None:
                nonlocal busy
                busy += 1
                self.assertEqual(busy, 1)
                try:
                    await asy.sleep(0.5)
                finally:
                    busy -= 1
                log.append(message.decode())

            sender = Sender(send)

            async def reader() -> None:
                await sender(b"hello")
                await asy.sleep(3)

            async def pump() -> None:
                try:
                    while True:
                        await sender(b"tick")
                        await asy.sleep(1)
                finally:
                    log.append("pump ended")

            await run_sources(reader, pump)
            self.assertEqual((log[0], log[-1], log.count("tick")), ("hello", "pump ended", 2))

            async def failing() -> None:
                await asy.sleep(1)
                raise KeyError("gone")

            with self.assertRaises(ExceptionGroup) as caught:
                await run_sources(failing, pump)
            self.assertEqual([type(error) for error in caught.exception.exceptions], [KeyError])

        self.run_main(main())


class GateTest(Case):
    # ECO-18
    def test_opens_for_all_fails_for_all_and_a_cancelled_worker_spoils_nothing(self) -> None:
        async def main() -> None:
            for error in (None, ConnectionError("no database")):
                gate = Gate()
                workers = [asy.create_task(gate.wait()) for _ in range(3)]
                await asy.sleep(1)
                workers[0].cancel()
                await asy.sleep(1)
                self.assertEqual([worker.done() for worker in workers], [True, False, False])
                if error:
                    gate.fail(error)
                else:
                    gate.open()
                results = await asy.gather(*workers, gate.wait(), return_exceptions=True)
                self.assertIsInstance(results[0], asy.CancelledError)
                self.assertEqual(results[1:], [error] * 3)

        self.run_main(main())


class ChunksTest(Case):
    # ECO-19 COMB-02
    def test_the_others_run_between_chunks(self) -> None:
        async def main() -> None:
            order: list[object] = []

            async def other() -> None:
                for _ in range(2):
                    order.append("other")
                    await asy.sleep(0)

            task = asy.create_task(other())
            async for item in in_chunks(range(5), 2):
                order.append(item)
            await task
            self.assertEqual(order, [0, 1, "other", 2, 3, "other", 4])

        self.run_main(main())


class ShutdownTest(Case):
    def service(self, seconds: float, grace: float) -> tuple[Service, list[int]]:
        done: list[int] = []

        async def work(job: int) -> None:
            await asy.sleep(seconds)
            done.append(job)

        return Service(work, workers=2, grace=grace), done

    # ECO-05
    def test_drains_what_is_queued_within_the_grace(self) -> None:
        async def main() -> None:
            for seconds, grace, finished, cancelled in ((1, 100, 6, 0), (4, 5, 2, 2)):
                service, done = self.service(seconds, grace)
                running = asy.create_task(service.run())
                for job in range(6):
                    service.submit(job)
                await asy.sleep(0)
                service.stop()
                with self.assertRaises(asy.QueueShutDown):
                    service.submit(7)
                await running
                self.assertEqual((len(done), service.cancelled), (finished, cancelled))

        self.run_main(main())

    # ECO-05 SIG-07
    def test_second_signal_gives_no_grace(self) -> None:
        async def main() -> None:
            service, done = self.service(1000, 1000)
            service.stop_on(signal.SIGTERM)
            running = asy.create_task(service.run())
            service.submit(1)
            await asy.sleep(0)
            signal.raise_signal(signal.SIGTERM)
            await asy.sleep(1)
            self.assertFalse(running.done())
            signal.raise_signal(signal.SIGTERM)
            await running
            self.assertEqual((done, service.cancelled), ([], 1))

        self.run_main(main())


    # ECO-05
    def test_failing_job_and_cancel_end_it_and_leave_nothing(self) -> None:
        async def main() -> None:
            async def work(job: int) -> None:
                await asy.sleep(job)
                raise KeyError(job)

            service = Service(work, workers=2, grace=100)
            service.submit(1)
            with self.assertRaises(ExceptionGroup) as caught:
                await service.run()
            self.assertEqual(repr(caught.exception.exceptions), "(KeyError(1),)")
            service, done = self.service(1000, 1000)
            running = asy.create_task(service.run())
            service.submit(1)
            await asy.sleep(1)
            service.stop()
            await asy.sleep(1)
            running.cancel()
            await asy.gather(running, return_exceptions=True)
            self.assertTrue(running.cancelled())
            self.assertEqual(asy.all_tasks(), {asy.current_task()})

        self.run_main(main())


class ToyLoopTest(unittest.TestCase):
    # ECO-20
    def test_jobs_in_order_and_time_that_jumps(self) -> None:
        toy, order = ToyLoop(), []

        async def unit(name: str, *delays: float) -> None:
            for delay in delays:
                await toy_sleep(delay)
                order.append((toy.now, name))

        toy.spawn(unit("a", 1, 2))
        toy.spawn(unit("b", 2, 1))
        toy.spawn(unit("c", 0))
        toy.run()
        self.assertEqual(order, [(0, "c"), (1, "a"), (2, "b"), (3, "a"), (3, "b")])


if __name__ == "__main__":
    unittest.main()
