"""What gives any awaitable object a coroutine, and so a task."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def drive(awaitable: Awaitable[T]) -> T:
    return await awaitable
