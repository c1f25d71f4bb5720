"""For tests of programs on libasync: cases with a loop of their own, cancels and failures at every point."""

from __future__ import annotations

from .case import TestCase
from .faults import cancel_at, cancel_everywhere, fail_allocation

__all__ = ["TestCase", "cancel_at", "cancel_everywhere", "fail_allocation"]
