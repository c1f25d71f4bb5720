"""The steps of a Python iterator that other languages go through; each is a task."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from . import _core


async def _checked(step: Any) -> Any:
    item = await step
    if _core.open_scopes():
        raise RuntimeError("a generator gave an item inside a timeout or task group, which would cancel the wrong task")
    return item


async def send(iterator: AsyncIterator[Any], value: Any) -> Any:
    if value is None:
        return await _checked(iterator.__anext__())
    return await _checked(iterator.asend(value))


async def throw(iterator: AsyncIterator[Any], error: BaseException) -> Any:
    if not hasattr(iterator, "athrow"):
        raise error
    return await _checked(iterator.athrow(error))


async def close(iterator: AsyncIterator[Any], _: None) -> None:
    if hasattr(iterator, "aclose"):
        await iterator.aclose()
