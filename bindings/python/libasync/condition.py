"""Condition: waiting, with a lock, for what it protects to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from . import _core

T = TypeVar("T")


class Condition(_core.Condition):
    """Condition(lock=None)

    Made with a Lock or one of its own, and held like it: wait() gives the lock up and has it again when it ends.
    """

    async def wait_for(self, predicate: Callable[[], T]) -> T:
        """Wait until `predicate()`, called with the lock held, is true; its last answer."""
        while not (answer := predicate()):
            await self.wait()
        return answer
