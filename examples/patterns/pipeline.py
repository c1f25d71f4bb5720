"""Producers and consumers over a bounded queue."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import TypeVar

import libasync as asy

T = TypeVar("T")


async def pipeline(
    producers: Iterable[AsyncIterable[T]], consume: Callable[[T], Awaitable[object]], *, consumers: int, room: int
) -> None:
    """Every item is consumed, or the first failure ends them all and comes out as a group."""
    queue: asy.Queue[T] = asy.Queue(room)

    async def produce(items: AsyncIterable[T]) -> None:
        async for item in items:
            await queue.put(item)

    async def work() -> None:
        async for item in queue:  # until it is shut down and empty
            await consume(item)

    async with asy.TaskGroup() as group:
        for _ in range(consumers):
            group.create_task(work())
        async with asy.TaskGroup() as making:
            for items in producers:
                making.create_task(produce(items))
        queue.shutdown()
