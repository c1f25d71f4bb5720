"""Workers wait until what they need is there, or learn that it will not be."""

from __future__ import annotations

import libasync as asy


class Gate:
    """Made inside a running loop. A cancelled worker leaves; the gate stays for the others."""

    def __init__(self) -> None:
        self._state: asy.Future[None] = asy.Future()
        self._state.set_shared()

    def open(self) -> None:
        self._state.set_result(None)

    def fail(self, error: Exception) -> None:
        self._state.set_exception(error)

    async def wait(self) -> None:
        await self._state
