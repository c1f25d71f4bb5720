"""How a loop prints what nobody else would see."""

from __future__ import annotations

import sys
from _thread import get_ident


class StuckReport:
    """The watchdog's own report: who blocks the loop, and where the thread that made this is."""

    def __init__(self) -> None:
        self._thread = get_ident()

    def __call__(self, name: str, seconds: float) -> None:
        import traceback

        print(f"libasync: {name} has blocked the loop for {seconds:.3f} s:", file=sys.stderr)
        traceback.print_stack(sys._current_frames().get(self._thread), file=sys.stderr)


def print_report(exception: BaseException, what: str) -> None:
    import traceback

    print(f"libasync: {what}:", file=sys.stderr)
    traceback.print_exception(exception, file=sys.stderr)
