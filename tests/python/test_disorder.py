"""Everything at once, in an order that a number decides: whatever it is, nothing is left at the end. Run with a range of
numbers (`test_disorder.py FIRST COUNT`) it looks for one that breaks."""

from __future__ import annotations

import gc
import random
import sys
import unittest
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import libasync as asy
from support import Case

EXPECTED = asy.TimeoutError, asy.QueueShutDown, asy.BrokenBarrierError, asy.BrokenPromiseError, ExceptionGroup, KeyError


class World:
    """What the operations of one number share. All of it refers to all of it, as in programs."""

    def __init__(self, number: int) -> None:
        self.random = random.Random(number)
        self.lock, self.semaphore, self.event, self.condition = asy.Lock(), asy.Semaphore(2), asy.Event(), asy.Condition()
        self.barrier, self.queue = asy.Barrier(2), self.any(asy.Queue, asy.PriorityQueue, asy.LifoQueue)(2)
        self.tasks: list[asy.Task[None]] = []
        self.loop = asy.get_running_loop()

    def any(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def chance(self, of: int) -> bool:
        return self.random.randrange(of) == 0

    def several(self, depth: int) -> list[asy.Task[None]]:
        return [asy.create_task(self.act(depth), eager_start=self.chance(4)) for _ in range(self.random.randrange(1, 4))]

    async def act(self, depth: int) -> None:
        """One operation, which may have others within it."""
        await (self.any(*LEAVES) if depth > 3 else self.any(*LEAVES, *NODES))(self, depth + 1)

    def ready(self) -> None:
        if self.chance(3):
            raise KeyError("a callback")

    # ---- what has nothing within

    async def sleep(self, depth: int) -> None:
        await asy.sleep(self.any(0, 0.1, 1))

    async def fail(self, depth: int) -> None:
        raise KeyError(depth)

    async def cancel(self, depth: int) -> None:
        self.any(asy.current_task(), *self.tasks).cancel(self.any(None, "why"))
        if self.chance(3):
            asy.current_task().uncancel()

    async def put(self, depth: int) -> None:
        await self.queue.put(self.random.random())

    async def get(self, depth: int) -> None:
        await self.queue.get()

    async def signal(self, depth: int) -> None:
        self.any(self.event.set, self.event.clear)()
        await self.event.wait()

    async def notify(self, depth: int) -> None:
        async with self.condition:
            self.condition.notify(self.random.randrange(3))
            await self.condition.wait()

    async def meet(self, depth: int) -> None:
        await self.barrier.wait()

    async def call(self, depth: int) -> None:
        self.loop.call_later(self.random.random(), self.ready)
        promise: asy.Promise[None] = asy.Promise()
        self.loop.call_soon_threadsafe(self.any(promise.set_result, promise.set_exception), KeyError(self))
        await promise.future()

    async def look(self, depth: int) -> None:
        asy.format_call_graph()
        self.loop.dump()
        gc.collect()

    # ---- what has

    async def within(self, depth: int) -> None:
        async with self.any(self.lock, self.semaphore):
            await self.act(depth)

    async def limit(self, depth: int) -> None:
        async with asy.timeout(self.any(0, 0.1, 0.5, None)) as limit:
            limit.reschedule(self.any(None, self.loop.time() + self.random.random()))
            await self.act(depth)

    async def wait_for(self, depth: int) -> None:
        await asy.wait_for(self.act(depth), self.any(0, 0.3, None))

    async def gather(self, depth: int) -> None:
        await asy.gather(*self.several(depth), return_exceptions=self.chance(2))

    async def group(self, depth: int) -> None:
        async with asy.TaskGroup() as group:
            group.create_task(self.act(depth))
            if self.chance(4):
                group.cancel()
            await self.act(depth)

    async def shield(self, depth: int) -> None:
        await asy.shield(asy.create_task(self.act(depth)))

    async def race(self, depth: int) -> None:
        await asy.race([lambda: self.act(depth)] * 2, delay=self.any(0, 0.2, None))

    async def complete(self, depth: int) -> None:
        results = asy.as_completed(self.several(depth), timeout=self.any(None, 0.3))
        for result in results:
            await result
            if self.chance(4):
                break

    async def wait(self, depth: int) -> None:
        done, _ = await asy.wait(self.several(depth), timeout=self.any(None, 0.5), return_when=asy.FIRST_COMPLETED)
        self.tasks += done

    async def items(self, depth: int) -> AsyncIterator[int]:
        try:
            for item in range(3):
                await self.act(depth)
                yield item
        finally:
            await asy.sleep(self.random.random())

    async def iterate(self, depth: int) -> None:
        items = self.items(depth)
        async for _ in items:
            if self.chance(3):
                break
        if self.chance(2):
            await items.aclose()


Operation = Callable[[World, int], Awaitable[None]]
LEAVES: tuple[Operation, ...] = (World.sleep, World.fail, World.cancel, World.put, World.get, World.signal, World.notify,
                                 World.meet, World.call, World.look)
NODES: tuple[Operation, ...] = (World.within, World.limit, World.wait_for, World.gather, World.group, World.shield,
                                World.race, World.complete, World.wait, World.iterate)


class DisorderTest(Case):
    first, count = 1, 25

    async def live(self, number: int) -> weakref.ref[World]:
        world = World(number)

        async def several() -> None:
            for _ in range(3):
                try:
                    await world.act(0)
                except EXPECTED:
                    pass

        world.tasks += [asy.create_task(several()) for _ in range(8)]
        await asy.wait(world.tasks, timeout=4)
        world.queue.shutdown(world.chance(2))
        world.barrier.abort()
        return weakref.ref(world)

    # LOOP-08 TASK-33 TG-15
    def test_whatever_happens_nothing_is_left(self) -> None:
        for number in range(self.first, self.first + self.count):
            with self.subTest(number):
                loop = self.make_loop(shuffle_seed=number % 5, debug=number % 3 == 0)
                with asy.Runner(loop_factory=lambda made=loop: made) as runner:
                    world = runner.run(self.live(number))
                self.reports.clear()  # whose tracebacks hold what they tell of
                self.assert_collected(world)
                self.assertEqual(loop.live(), {})


if __name__ == "__main__":
    if sys.argv[2:]:
        DisorderTest.first, DisorderTest.count = map(int, sys.argv[1:])
        del sys.argv[1:]
    unittest.main()
