"""Coroutines as tests of pytest: `pytest_plugins = "libasync.testing.pytest_plugin"`.

Each has a loop of its own with a virtual clock; `@pytest.mark.libasync(virtual_clock=False, seed=7, timeout=5)` says
otherwise. A coroutine or an asynchronous generator is a fixture of such a test, on its loop.
"""

from __future__ import annotations

import functools
import inspect
import unittest
from typing import Any

import pytest

from .case import TestCase

OUTCOMES = (pytest.skip.Exception, pytest.xfail.Exception, pytest.exit.Exception, unittest.SkipTest)


class Fixture:
    """What an asynchronous fixture will give once its test has a loop."""

    def __init__(self, function: Any, arguments: dict[str, Any]) -> None:
        self.function, self.arguments = function, arguments


async def value_of(argument: Any, case: TestCase, known: dict[Fixture, Any]) -> Any:
    if not isinstance(argument, Fixture):
        return argument
    if argument not in known:
        arguments = {name: await value_of(value, case, known) for name, value in argument.arguments.items()}
        made = argument.function(**arguments)
        if inspect.isasyncgen(made):
            known[argument] = await anext(made)
            case.addAsyncCleanup(finish, made)
        else:
            known[argument] = await made
    return known[argument]


async def finish(generator: Any) -> None:
    async for _ in generator:
        raise RuntimeError(f"the fixture {generator.__name__} yields more than once")


def pytest_configure(config: Any) -> None:
    config.addinivalue_line(
        "markers", "libasync(virtual_clock, seed, timeout, debug, leak_check): how a coroutine test is run"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Any:
    function, names = fixturedef.func, fixturedef.argnames
    if not (inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)):
        return None
    if fixturedef.scope != "function" or not inspect.iscoroutinefunction(request.node.obj):
        pytest.fail(f"the fixture {fixturedef.argname} is asynchronous: it lives on the loop of one asynchronous test", False)
    if isinstance(request.instance, type(getattr(function, "__self__", request))):  # a method, of the test's class
        function = function.__func__.__get__(request.instance)
    made = Fixture(function, {name: request.getfixturevalue(name) for name in names})
    fixturedef.cached_result = (made, fixturedef.cache_key(request), None)
    return made


def run(function: Any, arguments: dict[str, Any], options: dict[str, Any]) -> None:
    case = type("PytestCase", (TestCase,), options)()
    outcomes: list[BaseException] = []

    async def runTest() -> None:
        known: dict[Fixture, Any] = {}
        try:
            await function(**{name: await value_of(value, case, known) for name, value in arguments.items()})
        except OUTCOMES as outcome:
            outcomes.append(outcome)

    case.runTest = runTest
    result = case.run()
    for _, text in [*result.errors, *result.failures]:
        pytest.fail(text, pytrace=False)
    for outcome in outcomes:
        raise outcome


def checked(function: Any, name: str) -> Any:
    @functools.wraps(function)
    def call(**arguments: Any) -> Any:
        answer = function(**arguments)
        if inspect.iscoroutine(answer):
            answer.close()
            pytest.fail(f"{name} returned a coroutine that nobody awaits: make it `async def`")
        return answer

    return call


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    function = pyfuncitem.obj
    if not inspect.iscoroutinefunction(function):
        pyfuncitem.obj = checked(function, pyfuncitem.name)
        return None  # pytest runs it, and whatever plugin does
    names = inspect.signature(function).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names if name in pyfuncitem.funcargs}
    marker = pyfuncitem.get_closest_marker("libasync")
    run(function, arguments, dict(marker.kwargs) if marker else {})
    return True
