"""Connections and servers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from . import _core


def open_connection(host: str, port: int) -> Awaitable[_core.Stream]:
    """Connect to a host, trying its addresses in turn.

    Raises ConnectionRefusedError and the other OSErrors, or socket.gaierror for an unknown host.
    """
    return _core.stream_connect(None, host, port)


def resolve(host: str, port: int = 0) -> Awaitable[list[str]]:
    """The numeric addresses of a host; socket.gaierror for an unknown one."""
    return _core.resolve(None, host, port)


async def start_server(
    handler: Callable[[_core.Stream], Awaitable[object] | None], host: str | None = None, port: int = 0
) -> _core.Server:
    """Listen on a numeric address (None: on all) and run `handler(stream)` as a task for every connection.

    The server owns these tasks: stop() and leaving `async with server` end them. Port 0 takes a free one: `server.port()`.
    """
    return _core.server_new(None, host, port, handler)
