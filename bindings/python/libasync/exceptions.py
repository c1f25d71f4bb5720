"""The errors that have no class among Python's own.

Timeouts are the built-in TimeoutError, operating system errors the OSError classes, unknown hosts socket.gaierror,
several errors at once an ExceptionGroup.
"""

from __future__ import annotations

__all__ = [
    "BrokenBarrierError",
    "BrokenPromiseError",
    "CancelledError",
    "ClosedError",
    "ForeignError",
    "IncompleteReadError",
    "InvalidStateError",
    "LimitOverrunError",
    "QueueEmpty",
    "QueueFull",
    "QueueShutDown",
]


class CancelledError(BaseException):
    """The operation was cancelled. No kind of failure: `except Exception` does not catch it."""


class InvalidStateError(RuntimeError):
    """The call does not fit the state the object is in, such as a second result for a future."""


class ClosedError(RuntimeError):
    """The loop, stream or server is closed."""


class BrokenPromiseError(RuntimeError):
    """A promise was dropped without a result."""


class BrokenBarrierError(RuntimeError):
    """A barrier was reset or aborted while somebody waited, or is broken."""


class ForeignError(RuntimeError):
    """An error of another language. Its traceback is a note; raised on, it comes out there as the same object."""


class IncompleteReadError(EOFError):
    """The stream ended early. `partial` holds the bytes that came, `expected` how many were asked for, or None."""

    def __init__(self, partial: bytes, expected: int | None) -> None:
        super().__init__(f"{len(partial)} bytes read of {'an unknown number of' if expected is None else expected} expected")
        self.partial = partial
        self.expected = expected

    def __reduce__(self) -> tuple[type, tuple[bytes, int | None]]:
        return type(self), (self.partial, self.expected)


class LimitOverrunError(ValueError):
    """No separator within the stream's limit; the data stays in the stream."""


class QueueEmpty(Exception):
    """get_nowait() found nothing."""


class QueueFull(Exception):
    """put_nowait() found no room."""


class QueueShutDown(ClosedError):
    """The queue was shut down."""
