"""`python -m libasync`: Python's prompt with `await`, on one loop and in one context."""

from __future__ import annotations

import ast
import code
import inspect
import types
from typing import Any

import libasync


class Console(code.InteractiveConsole):
    """Each statement is run() of one Runner: Ctrl-C cancels it, and what it started goes on with the next."""

    def __init__(self, runner: libasync.Runner) -> None:
        super().__init__({"__name__": "__console__", "asy": libasync})
        self.compile.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._runner = runner

    def runcode(self, code: types.CodeType) -> None:
        async def statement() -> Any:
            answer = types.FunctionType(code, self.locals)()
            return await answer if inspect.iscoroutine(answer) else answer

        try:
            self._runner.run(statement())
        except SystemExit:
            raise
        except BaseException:
            self.showtraceback()


def main() -> None:
    with libasync.Runner() as runner:
        Console(runner).interact(f"libasync {libasync.__version__} as `asy`; await at the prompt.", "")


if __name__ == "__main__":
    main()
