"""Connections made when needed, kept while healthy, borrowed in line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

import libasync as asy

C = TypeVar("C")


class Pool(Generic[C]):
    """At most `size` connections, closed when they lay unused for `idle` seconds."""

    def __init__(
        self,
        open: Callable[[], Awaitable[C]],
        close: Callable[[C], object],
        *,
        size: int,
        idle: float = 60,
        is_healthy: Callable[[C], bool] = lambda connection: True,
    ) -> None:
        self._open, self._close, self._idle, self._is_healthy = open, close, idle, is_healthy
        self._slots = asy.Semaphore(size)  # who waits for one stands in its line
        self._unused: list[tuple[C, float]] = []  # the last one returned is the first to go out again
        self._users = 0  # who has a connection, opens one or waits for one
        self._returned = asy.Event()
        self._closing = False

    @asynccontextmanager
    async def borrow(self, timeout: float | None = None) -> AsyncIterator[C]:
        """A connection; one that the body fails with is closed. TimeoutError after `timeout` seconds, ClosedError once
        the pool closes."""
        async with asy.timeout(timeout):
            connection = await self._acquire()
        try:
            yield connection
        except BaseException:
            self._release(connection, broken=True)
            raise
        self._release(connection, broken=False)

    async def _acquire(self) -> C:
        self._users += 1
        try:
            await self._slots.acquire()
            try:
                return await self._take()
            except BaseException:
                self._slots.release()
                raise
        except BaseException:
            self._leave()
            raise

    async def _take(self) -> C:
        if self._closing:
            raise asy.ClosedError("the pool is closed")
        connection = self._take_unused()
        return await self._open() if connection is None else connection

    def _take_unused(self) -> C | None:
        now = asy.get_running_loop().time()
        while self._unused:
            connection, since = self._unused.pop()
            if now - since < self._idle and self._is_healthy(connection):
                return connection
            self._close(connection)
        return None

    def _release(self, connection: C, broken: bool) -> None:
        if broken or self._closing:
            self._close(connection)
        else:
            self._unused.append((connection, asy.get_running_loop().time()))
        self._slots.release()
        self._leave()

    def _leave(self) -> None:
        self._users -= 1
        if not self._users:
            self._returned.set()

    async def close(self) -> None:
        """Let nobody in, wait for all who use it and close what is unused."""
        self._closing = True
        self._returned.clear()
        if self._users:
            await self._returned.wait()
        while self._unused:
            self._close(self._unused.pop()[0])
