"""Collection: what no program can reach any more goes, what runs stays, and closing a loop ends every cycle."""

from __future__ import annotations

import gc
import signal
import unittest
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import libasync as asy
from support import Case, Hanging, Probe


class LifetimeTest(Case):
    # TASK-24 TASK-25
    def test_running_task_is_never_collected(self) -> None:
        async def main() -> None:
            hanging = Hanging()
            reference = weakref.ref(asy.create_task(hanging.wait()))
            await asy.sleep(0)
            gc.collect()
            self.assertIsNotNone(reference())
            self.assertEqual(hanging.cancelled, 0)
            reference().cancel()
            await asy.sleep(1)
            gc.collect()
            self.assertEqual(hanging.cancelled, 1)
            self.assertIsNone(reference())

        self.run_main(main())

    # TASK-33 TG-15
    def test_awaited_error_leaves_no_cycle(self) -> None:
        async def failing(probe: Probe) -> None:
            await asy.sleep(0)
            raise ValueError(probe)

        async def catches() -> list[weakref.ref[Probe]]:
            references = []
            for wrap in (asy.create_task, asy.gather, lambda unit: asy.wait_for(asy.create_task(unit), 9)):
                probe = Probe()
                references.append(weakref.ref(probe))
                future = wrap(failing(probe))
                del probe
                try:
                    await future
                except ValueError as error:
                    own = error  # the error's traceback refers to this frame, and this frame to error and future
                    self.assertIsNotNone(own)
            probe = Probe()
            references.append(weakref.ref(probe))
            promise = asy.Promise()
            promise.set_exception(ValueError(probe))
            del probe
            try:
                await promise.future()
            except ValueError as error:
                own = error
            return references

        async def main() -> None:
            references = await catches()
            await asy.sleep(0)
            self.assert_collected(*references)

        self.run_main(main())

    # TASK-33 FUT-09
    def test_an_error_that_leads_to_its_future_is_collected_unread(self) -> None:
        async def main() -> None:
            future = asy.Future()
            error = ValueError()
            error.future, error.probe = future, Probe()
            probe = weakref.ref(error.probe)
            future.set_exception(error)
            del future, error
            self.assert_collected(probe)

        self.run_main(main(), reports=1)

    # TG-15 COMB-28
    def test_errors_of_a_group_that_refer_to_the_task_it_ended_are_collected(self) -> None:
        async def fails(probe: Probe) -> None:
            await asy.sleep(0)
            raise KeyError(probe.task.get_name())

        async def in_a_group(probe: Probe) -> None:
            async with asy.TaskGroup(), asy.TaskGroup() as inner:
                inner.create_task(fails(probe))

        async def in_a_race(probe: Probe) -> None:
            await asy.race([lambda: fails(probe)] * 2)

        async def in_a_race_that_is_kept(probe: Probe) -> None:
            race = asy.shield(asy.create_task(in_a_race(probe)))
            try:
                await race
            except ExceptionGroup:
                pass

        async def ended(unit: Callable[[Probe], Coroutine[Any, Any, None]]) -> weakref.ref[Probe]:
            probe = Probe()
            probe.task = asy.create_task(unit(probe))
            await asy.wait([probe.task])
            probe.task.exception()
            return weakref.ref(probe)

        async def main() -> None:
            self.assert_collected(*[await ended(unit) for unit in (in_a_group, in_a_race, in_a_race_that_is_kept)])

        self.run_main(main())

    # TASK-33
    def test_error_seen_by_two_futures_survives_the_first(self) -> None:
        async def failing() -> None:
            me = asy.current_task()
            await asy.sleep(0)
            raise ValueError("text", me.get_name())

        async def main() -> None:
            outer = asy.gather(failing())
            await asy.sleep(1)
            gc.collect()  # only `outer` leads to the error now; the task's own cycle must not gut it
            gc.collect()
            with self.assertRaises(ValueError) as caught:
                await outer
            self.assertEqual(caught.exception.args[0], "text")

        self.run_main(main())

    # TASK-33
    def test_result_that_refers_to_its_future_is_collected(self) -> None:
        async def main() -> None:
            future = asy.get_running_loop().create_future()
            probe = Probe()
            probe.future = future
            future.set_result(probe)
            references = [weakref.ref(probe)]

            async def unit() -> Probe:
                result = Probe()
                result.task = asy.current_task()
                return result

            task = asy.create_task(unit())
            references.append(weakref.ref(await task))
            del probe, future, task
            await asy.sleep(0)  # what a step was sent lives until the step ends
            self.assert_collected(*references)

        self.run_main(main())

    # LOOP-08
    def test_close_releases_callbacks_frames_and_values(self) -> None:
        probes = [Probe() for _ in range(5)]
        references = [weakref.ref(probe) for probe in probes]

        async def unit(probe: Probe) -> None:
            await asy.sleep(1000)

        loop = self.make_loop()
        future = loop.create_future()
        future.add_done_callback(lambda done, probe=probes[0]: None)
        loop.call_later(1000, id, probes[1])
        loop.call_soon_threadsafe(id, probes[2])
        task = loop.create_task(unit(probes[3]))
        loop.create_task(unit(probes[4]))
        loop.step(0)
        del probes
        loop.close()
        self.assertTrue(task.done())
        self.assertTrue(future.done())
        del task, future
        self.assert_collected(*references)

    # LOOP-23 TASK-26 DBG-09
    def test_dropped_open_loop_closes_itself(self) -> None:
        loop = asy.Loop()
        reports = []
        loop.set_report_hook(lambda exception, what: reports.append(what))
        hanging = Hanging()
        task = loop.create_task(hanging.wait())
        loop.step(0)
        reference = weakref.ref(loop)
        del loop
        self.assert_collected(reference)
        self.assertTrue(task.done())
        for text in ("still pending", "last handle of an open loop"):
            self.assertTrue(any(text in what for what in reports), reports)

    # FUT-09 TASK-33
    def test_many_rounds_leave_nothing(self) -> None:
        async def unit(number: int) -> int:
            async with asy.timeout(100):
                await asy.sleep(0)
            if number % 3 == 0:
                raise ValueError(number)
            return number

        async def round_() -> None:
            queue: asy.Queue = asy.Queue()
            await asy.gather(*(unit(number) for number in range(50)), return_exceptions=True)
            try:
                async with asy.TaskGroup() as group:
                    for number in range(10):
                        group.create_task(unit(number))
                    await queue.get()
            except ExceptionGroup:
                pass

        async def main() -> None:
            counts = []
            for _ in range(6):
                await round_()
                await asy.sleep(1)
                gc.collect()
                counts.append(len(gc.get_objects()))
            self.assertLess(max(counts[2:]) - min(counts[2:]), 20, counts)

        self.run_main(main())

    # SYNC-08 SYNC-11 SYNC-16 SYNC-21
    def test_what_is_awaited_may_be_a_temporary(self) -> None:
        async def held_lock() -> asy.Lock:
            lock = asy.Lock()
            await lock.acquire()
            return lock

        async def held_condition() -> asy.Condition:
            condition = asy.Condition()
            await condition.acquire()
            return condition

        async def full_queue() -> asy.Queue:
            queue = asy.Queue(1)
            await queue.put(1)
            return queue

        async def never() -> AsyncIterator[None]:
            await asy.get_running_loop().create_future()
            yield

        async def made(make: Callable[[], Awaitable[Any]], method: str, *args: Any) -> asy.Future:
            return getattr(await make(), method)(*args)

        async def main() -> None:
            waits = {
                "event": lambda: asy.Event().wait(),
                "lock": lambda: made(held_lock, "acquire"),
                "scope of a lock": lambda: made(held_lock, "__aenter__"),
                "condition": lambda: made(held_condition, "wait"),
                "predicate": lambda: made(held_condition, "wait_for", lambda: False),
                "semaphore": lambda: asy.Semaphore(0).acquire(),
                "bounded semaphore": lambda: asy.BoundedSemaphore(0).acquire(),
                "barrier": lambda: asy.Barrier(2).wait(),
                "get": lambda: asy.Queue().get(),
                "priority get": lambda: asy.PriorityQueue().get(),
                "put": lambda: made(full_queue, "put", 2),
                "join": lambda: made(full_queue, "join"),
                "signals": lambda: asy.signals(signal.SIGUSR1).get(),
                "as_completed": lambda: anext(asy.as_completed([asy.Event().wait()])),
                "generator": lambda: anext(asy.Generator(never())),
            }
            for name, wait in waits.items():
                with self.subTest(name):
                    for wrap in (lambda unit: unit, asy.shield, asy.gather, lambda unit: asy.wait_for(unit, 1000)):
                        waiting = wait()
                        if not isinstance(waiting, asy.Future):
                            waiting = await waiting
                        waiting = wrap(waiting)
                        with self.assertRaises(TimeoutError):
                            async with asy.timeout(1):
                                await waiting
            await asy.Limiter(1).acquire()
            limiter = asy.Limiter(1)
            await limiter.acquire()
            waiting = limiter.acquire()
            del limiter
            await waiting

        self.run_main(main())

    # SYNC-09
    def test_who_leaves_lets_go_of_what_was_awaited(self) -> None:
        async def main() -> None:
            probe = Probe()
            reference = weakref.ref(probe)
            queue = asy.Queue(1)
            queue.put_nowait(probe)
            joiner = asy.ensure_future(queue.join())
            del queue, probe
            await asy.sleep(1)
            self.assertIsNotNone(reference())
            joiner.cancel()
            with self.assertRaises(asy.CancelledError):
                await joiner
            del joiner
            await asy.sleep(1)
            self.assert_collected(reference)

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
