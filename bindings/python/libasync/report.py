"""How a loop prints what nobody else would see."""

from __future__ import annotations

import sys


def print_report(exception: BaseException, what: str) -> None:
    import traceback

    print(f"libasync: {what}:", file=sys.stderr)
    traceback.print_exception(exception, file=sys.stderr)
