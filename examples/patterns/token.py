"""A token that is refreshed once, however many find it too old."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import libasync as asy


class Token:
    def __init__(self, refresh: Callable[[], Awaitable[str]], lifetime: float) -> None:
        self._refresh, self._lifetime = refresh, lifetime
        self._lock = asy.Lock()
        self._value = ""
        self._valid_until = 0.0

    async def get(self) -> str:
        time = asy.get_running_loop().time
        if time() >= self._valid_until:
            async with self._lock:
                if time() >= self._valid_until:  # another may have refreshed it meanwhile
                    self._value = await self._refresh()
                    self._valid_until = time() + self._lifetime
        return self._value
