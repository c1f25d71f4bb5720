"""Where a task stands: Task.get_stack() and Task.print_stack()."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any, TextIO

from . import _core


def coroutine_frames(coroutine: Any) -> Iterator[FrameType]:
    """The frames of a suspended coroutine and of what it awaits, outermost first."""
    while coroutine is not None:
        for prefix in ("cr", "gi", "ag"):
            frame = getattr(coroutine, f"{prefix}_frame", None)
            if frame is not None:
                yield frame
                break
        else:
            return
        coroutine = getattr(coroutine, f"{prefix}_await", None) if prefix != "gi" else coroutine.gi_yieldfrom


def _running_frames(coroutine: Any) -> Iterator[FrameType]:
    """The frames of a coroutine whose step is running: those on this thread's stack, outermost first."""
    frame, found = sys._getframe(), []
    outermost = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
    while frame is not None:
        if frame.f_globals is not globals():
            found.append(frame)
        if frame is outermost:
            return reversed(found)
        frame = frame.f_back
    return iter((outermost,) if outermost else ())


def _traceback_frames(traceback: TracebackType | None) -> Iterator[FrameType]:
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


def task_frames(task: _core.Task) -> list[FrameType]:
    """Outermost first; nothing of a task that ended well or of another language."""
    coroutine = task.get_coro()
    if coroutine is not None:
        running = getattr(coroutine, "cr_running", False) or getattr(coroutine, "gi_running", False)
        return list(_running_frames(coroutine) if running else coroutine_frames(coroutine))
    error = task.exception() if task.done() and not task.cancelled() else None
    return list(_traceback_frames(error.__traceback__)) if error else []


def get_stack(task: _core.Task, *, limit: int | None = None) -> list[FrameType]:
    frames = task_frames(task)
    if limit is None:
        return frames
    if limit <= 0:
        return []
    return frames[:limit] if task.done() else frames[-limit:]


def print_stack(task: _core.Task, *, limit: int | None = None, file: TextIO | None = None) -> None:
    import traceback

    out = sys.stderr if file is None else file
    frames = get_stack(task, limit=limit)
    error = task.exception() if task.done() and not task.cancelled() else None
    if not frames:
        print(f"No stack for {task!r}", file=out)
    else:
        print(f"Traceback for {task!r} (most recent call last):" if error else f"Stack for {task!r} (most recent call last):", file=out)
    summary = traceback.StackSummary.extract((frame, frame.f_lineno) for frame in frames)
    print("".join(summary.format()), end="", file=out)
    if error:
        print("".join(traceback.format_exception_only(error)), end="", file=out)
