"""wait_for(): one awaitable with a deadline."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from . import _core

T = TypeVar("T")


def wait_for(awaitable: Awaitable[T], timeout: float | None) -> Awaitable[T]:
    """Its result, or TimeoutError after `timeout` seconds: then it was cancelled, and its clean-up waited for.

    A coroutine runs in the caller's own task.
    """
    if isinstance(awaitable, _core.Future):
        return _core._wait_for_future(awaitable, timeout)
    try:
        limit = _core.timeout(timeout)
    except (TypeError, ValueError):
        _core._close_refused(awaitable)
        raise
    if timeout is not None and timeout <= 0:
        return _core._wait_for_future(_core._ensure_future(awaitable), 0)
    return _wait_here(awaitable, limit)


async def _wait_here(awaitable: Awaitable[T], limit: _core.Timeout) -> T:
    async with limit:
        return await awaitable
