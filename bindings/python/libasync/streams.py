"""Connections and servers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from operator import index

from . import _core


def _at(host: str, port: int) -> tuple[str, int]:
    if not isinstance(host, str):
        raise TypeError(f"the name of a host is needed, not {type(host).__name__}")
    if not 0 <= (number := index(port)) <= 65535:
        raise ValueError(f"a port is from 0 to 65535, not {number}")
    return host, number


def open_connection(host: str, port: int) -> Awaitable[_core.Stream]:
    """Connect to a host, trying its addresses in turn.

    Raises ConnectionRefusedError and the other OSErrors, or socket.gaierror for an unknown host; ValueError for what is no
    port.
    """
    return _core.stream_connect(None, *_at(host, port))


def resolve(host: str, port: int = 0) -> Awaitable[list[str]]:
    """The numeric addresses of a host; socket.gaierror for an unknown one."""
    return _core.resolve(None, *_at(host, port))


async def start_server(
    handler: Callable[[_core.Stream], Awaitable[object] | None],
    host: str | None = None,
    port: int = 0,
    *,
    backlog: int = 0,
    reuse_port: bool = False,
) -> _core.Server:
    """Listen on a numeric address (None: on all) and run `handler(stream)` as a task for every connection.

    The server owns these tasks: leaving `async with server` closes it and waits for them, leaving it by an error or
    stop() cancels them. Port 0 takes a free one, which server.port() tells.
    """
    flags = _core.ASY_SERVER_REUSE_PORT if reuse_port else 0
    _, port = _at(host or "", port)
    try:
        return _core.server_new(None, host, port, (backlog, flags), handler)
    except ValueError:
        raise ValueError(f"a numeric address is needed, not {host!r}; resolve() gives those of a name") from None
