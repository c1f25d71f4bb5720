"""The end of a service in two phases, and a second signal."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable
from typing import Any

import libasync as asy


class Service:
    """Workers over a queue of jobs; run() ends once stop() was called and what was queued is done, or the grace is over.
    A job that fails ends it, too, and comes out as a group."""

    def __init__(self, work: Callable[[Any], Awaitable[object]], *, workers: int, grace: float) -> None:
        self._work, self._workers, self._grace = work, workers, grace
        self._jobs: asy.Queue[Any] = asy.Queue()
        self._stopping = asy.Event()
        self._aborting = asy.Event()
        self.cancelled = 0  # workers that the grace did not suffice for

    def submit(self, job: Any) -> None:
        """Raises QueueShutDown once it stops."""
        self._jobs.put_nowait(job)

    def stop(self) -> None:
        """No new jobs; the second call gives no grace any more."""
        if self._stopping.is_set():
            self._aborting.set()
        self._stopping.set()
        self._jobs.shutdown()

    def stop_on(self, *signums: int) -> None:
        loop = asy.get_running_loop()
        for signum in signums or (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signum, self.stop)

    async def _worker(self) -> None:
        async for job in self._jobs:
            await self._work(job)

    async def run(self) -> None:
        async with asy.TaskGroup() as group:
            workers = [group.create_task(self._worker()) for _ in range(self._workers)]
            await self._stopping.wait()
            ends = [group.create_task(_all(workers)), group.create_task(_wait(self._aborting))]
            await asy.wait(ends, timeout=self._grace, return_when=asy.FIRST_COMPLETED)
            self.cancelled = sum(worker.cancel() for worker in workers)
            for end in ends:
                end.cancel()


async def _wait(event: asy.Event) -> None:
    await event.wait()


async def _all(tasks: list[asy.Task[None]]) -> None:
    await asy.wait(tasks)
