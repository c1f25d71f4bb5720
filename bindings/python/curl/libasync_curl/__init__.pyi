from collections.abc import Awaitable

from libasync import Loop

class Curl:
    """Transfers on a loop (the running one by default), with the connections they leave open for the next."""

    def __init__(self, loop: Loop | None = None) -> None: ...
    def fetch(self, url: str) -> Awaitable[tuple[int, bytes]]:
        """The HTTP status and the body, over HTTP or HTTPS; up to ten redirections are followed.

        Raises socket.gaierror for an unknown host, OSError when the connection could not be made or broke,
        ForeignError with curl's words for the rest, ClosedError after close(). Cancelling it stops the transfer.
        """
    def close(self) -> None:
        """Cancel the running transfers and close every connection, on the loop's next turn."""
