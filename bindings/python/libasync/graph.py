"""The call graph: where a task stands, who waits for it, and so on upward."""

from __future__ import annotations

import sys
from types import FrameType
from typing import NamedTuple, TextIO

from . import _core


class FrameCallGraphEntry(NamedTuple):
    """A frame of a call stack."""

    frame: FrameType


class FutureCallGraph(NamedTuple):
    """A future, its call stack, innermost first, and who waits for it."""

    future: _core.Future
    call_stack: tuple[FrameCallGraphEntry, ...]
    awaited_by: tuple[FutureCallGraph, ...]


def capture_call_graph(
    future: _core.Future | None = None, /, *, depth: int = 1, limit: int | None = None
) -> FutureCallGraph | None:
    """Of a future, or of the current task without its `depth` innermost frames; None when no task runs.

    `limit` keeps that many of the innermost frames of each, negative of the outermost; 0 keeps who waits alone.
    """
    if future is None:
        future = _core._current_task()
        if future is None:
            return None
    elif not isinstance(future, _core.Future):
        raise TypeError(f"a future is needed, not {type(future).__name__}")
    own = _own_frames(depth + 1) if isinstance(future, _core.Task) and _is_running(future) else None
    return _build(future, own, limit, {future})


def _is_running(task: _core.Task) -> bool:
    return _core._is_running_here() and _core._current_task() == task


def _own_frames(depth: int) -> list[FrameType]:
    """Those of the running step, outermost first."""
    from .stack import task_frames

    frames = task_frames(_core._current_task())
    try:
        return frames[: frames.index(sys._getframe(depth)) + 1]
    except ValueError:
        return frames


def _build(
    future: _core.Future, frames: list[FrameType] | None, limit: int | None, seen: set[_core.Future]
) -> FutureCallGraph:
    from .stack import task_frames

    if frames is None:
        frames = task_frames(future) if isinstance(future, _core.Task) and not future.done() else []
    entries = [FrameCallGraphEntry(frame) for frame in reversed(frames)]
    if limit is not None:
        entries = entries[:limit] if limit >= 0 else entries[limit:]
    above = [awaiter for awaiter in _core._awaiters(future) if awaiter not in seen]
    seen.update(above)  # a circle is not followed
    return FutureCallGraph(future, tuple(entries), tuple(_build(awaiter, None, limit, seen) for awaiter in above))


def format_call_graph(future: _core.Future | None = None, /, *, depth: int = 1, limit: int | None = None) -> str:
    """The same as text."""
    graph = capture_call_graph(future, depth=depth + 1, limit=limit)
    lines: list[str] = []
    if graph is not None:
        _format(graph, 0, lines)
    return "\n".join(lines)


def _format(graph: FutureCallGraph, level: int, lines: list[str]) -> None:
    indent = " " * level
    lines.append(f"{indent}* {graph.future!r}")
    if graph.call_stack:
        lines.append(f"{indent}  + Call stack:")
    for entry in graph.call_stack:
        code = entry.frame.f_code
        lines.append(f"{indent}  |   File {code.co_filename!r}, line {entry.frame.f_lineno}, in {code.co_qualname}()")
    if graph.awaited_by:
        lines.append(f"{indent}  + Awaited by:")
    for awaiter in graph.awaited_by:
        _format(awaiter, level + 4, lines)


def print_call_graph(
    future: _core.Future | None = None, /, *, file: TextIO | None = None, depth: int = 1, limit: int | None = None
) -> None:
    """Print it, to stderr by default."""
    print(format_call_graph(future, depth=depth + 1, limit=limit), file=sys.stderr if file is None else file)
