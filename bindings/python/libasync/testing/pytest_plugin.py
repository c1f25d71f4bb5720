"""Coroutines as tests of pytest: `pytest_plugins = "libasync.testing.pytest_plugin"`.

Each has a loop of its own with a virtual clock; `@pytest.mark.libasync(virtual_clock=False, seed=7, timeout=5)` says
otherwise.
"""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from .case import TestCase


def pytest_configure(config: Any) -> None:
    config.addinivalue_line("markers", "libasync(virtual_clock, seed, timeout, debug): how a coroutine test is run")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    function = pyfuncitem.obj
    names = inspect.signature(function).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names if name in pyfuncitem.funcargs}
    if not inspect.iscoroutinefunction(function):
        answer = function(**arguments)
        if inspect.iscoroutine(answer):
            answer.close()
            pytest.fail(f"{pyfuncitem.name} returned a coroutine that nobody awaits: make it `async def`")
        return True
    marker = pyfuncitem.get_closest_marker("libasync")
    case = type("PytestCase", (TestCase,), dict(marker.kwargs) if marker else {})()

    async def runTest() -> None:
        await function(**arguments)

    case.runTest = runTest
    outcome = case.run()
    for _, text in [*outcome.errors, *outcome.failures]:
        pytest.fail(text, pytrace=False)
    return True
