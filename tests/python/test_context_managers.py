"""contextlib's asynchronous context managers on the loop, and groups of errors."""

from __future__ import annotations

import unittest
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import libasync as asy
from support import Case


class ContextManagerTest(Case):
    # CORO-10
    def test_enter_and_exit_are_awaited_and_exit_sees_and_may_suppress_the_error(self) -> None:
        async def main() -> None:
            log: list[object] = []

            class Scope:
                async def __aenter__(self) -> str:
                    await asy.sleep(1)
                    return "entered"

                async def __aexit__(self, kind: object, error: object, traceback: object) -> bool:
                    await asy.sleep(1)
                    log.append(error)
                    return isinstance(error, KeyError)

            failure = KeyError()
            async with Scope() as entered:
                log.append(entered)
                raise failure
            task = asy.create_task(self.hold(Scope()))
            await asy.sleep(2)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(log[:2], ["entered", failure])
            self.assertIsInstance(log[2], asy.CancelledError)

        self.run_main(main())

    async def hold(self, scope: object) -> None:
        async with scope:
            await asy.sleep(100)

    # CORO-10
    def test_generator_form_and_exit_stack(self) -> None:
        async def main() -> None:
            log: list[str] = []

            @asynccontextmanager
            async def scope(name: str) -> AsyncIterator[str]:
                async with asy.timeout(100), asy.TaskGroup() as group:
                    group.create_task(asy_log(log, f"{name} runs"))
                    await asy.sleep(1)
                    try:
                        yield name
                    finally:
                        await asy.sleep(1)
                        log.append(f"{name} ends")

            with self.assertRaises(ExceptionGroup) as caught:
                async with AsyncExitStack() as stack:
                    for name in ("outer", "inner"):
                        self.assertEqual(await stack.enter_async_context(scope(name)), name)
                    stack.push_async_callback(asy_log, log, "callback")
                    raise KeyError
            self.assertEqual(log, ["outer runs", "inner runs", "callback", "inner ends", "outer ends"])
            self.assertIsInstance(caught.exception.exceptions[0], ExceptionGroup)

        self.run_main(main())


async def asy_log(log: list[str], text: str) -> None:
    log.append(text)


class ExceptionGroupTest(Case):
    # EXC-08 TG-16
    def test_groups_keep_their_tree_and_their_identity(self) -> None:
        async def main() -> None:
            class OwnGroup(ExceptionGroup):
                pass

            own = OwnGroup("own", [KeyError("a"), ExceptionGroup("inner", [ValueError("b")])])

            async def failing(error: BaseException) -> None:
                await asy.sleep(1)
                raise error

            with self.assertRaises(OwnGroup) as alone:
                await asy.create_task(failing(own))
            self.assertIs(alone.exception, own)
            caught: list[list[type]] = []
            try:
                async with asy.TaskGroup() as group:
                    group.create_task(failing(own))
                    group.create_task(failing(OSError(5, "c")))
            except* (KeyError, OSError) as some:
                caught.append([type(error) for error in leaves(some)])
            except* ValueError as others:
                caught.append([type(error) for error in leaves(others)])
                self.assertIsInstance(others.exceptions[0], ExceptionGroup)
            self.assertEqual(caught, [[KeyError, OSError], [ValueError]])
            future = asy.Future()
            future.set_exception(own)
            self.assertIs(future.exception(), own)

        self.run_main(main())


def leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for child in error.exceptions for leaf in leaves(child)]
    return [error]


if __name__ == "__main__":
    unittest.main()
