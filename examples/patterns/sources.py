"""Several sources that one connection is made of; when one ends, all do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import libasync as asy


class Sender:
    """One message at a time, whoever sends."""

    def __init__(self, send: Callable[[bytes], Awaitable[object]]) -> None:
        self._send = send
        self._lock = asy.Lock()

    async def __call__(self, message: bytes) -> None:
        async with self._lock:
            await self._send(message)


async def run_sources(*sources: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """The reader and the pumps of a connection: the first that ends, well or by an error, ends the others."""
    async with asy.TaskGroup() as group:

        async def run(source: Callable[[], Coroutine[Any, Any, object]]) -> None:
            await source()
            group.cancel()

        for source in sources:
            group.create_task(run(source))
