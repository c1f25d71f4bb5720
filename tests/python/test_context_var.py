"""Contexts that all languages share."""

from __future__ import annotations

import unittest

import libasync as asy
from support import Case

variable: asy.ContextVar[object] = asy.ContextVar("request", default="none")


class ContextVarTest(Case):
    # CTX-07
    def test_get_set_reset_with_tokens(self) -> None:
        bare: asy.ContextVar[int] = asy.ContextVar("bare")
        self.assertEqual((variable.name, variable.get(), bare.get(7)), ("request", "none", 7))
        with self.assertRaisesRegex(LookupError, "bare"):
            bare.get()
        held = object()
        token = bare.set(held)
        self.assertIs(bare.get(), held)
        bare.reset(token)
        with self.assertRaises(RuntimeError):
            bare.reset(token)
        self.assertEqual(bare.get(None), None)
        other = asy.copy_context().run(bare.set, 1)
        with self.assertRaises(ValueError):
            bare.reset(other)
        with self.assertRaises(TypeError):
            bare.reset("token")
        self.assertIn("[request]", repr(variable))

    # CTX-07
    def test_copy_and_run_in(self) -> None:
        context = asy.Context()
        context.run(variable.set, "inside")
        self.assertEqual((variable.get(), context.run(variable.get)), ("none", "inside"))
        self.assertEqual(context.values(), {"request": "inside"})
        self.assertEqual(context.run(asy.copy_context).values(), {"request": "inside"})
        with self.assertRaises(RuntimeError):
            context.run(context.run, variable.get)
        with self.assertRaises(ZeroDivisionError):
            context.run(lambda: 1 / 0)
        self.assertEqual(variable.get(), "none")  # it was left

    # CTX-01 CTX-02
    def test_tasks_have_copies_and_callbacks_what_was_set_at_their_registration(self) -> None:
        async def main() -> None:
            variable.set("main")
            loop, seen = asy.get_running_loop(), []

            async def child() -> object:
                before = variable.get()
                variable.set("child")
                await asy.sleep(1)
                return before, variable.get()

            loop.call_soon(lambda: seen.append(variable.get()))
            task = asy.create_task(child())
            variable.set("later")
            self.assertEqual(await task, ("main", "child"))
            self.assertEqual((seen, variable.get()), (["main"], "later"))

        self.run_main(main())
        self.assertEqual(variable.get(), "none")

    # LOOP-20
    def test_the_report_hook_runs_in_the_context_of_what_failed(self) -> None:
        async def main() -> None:
            loop, seen = asy.get_running_loop(), []
            loop.set_report_hook(lambda error, what: seen.append(variable.get()))

            async def failing(to: str) -> None:
                variable.set(to)
                raise KeyError

            asy.create_task(failing("task"))
            variable.set("registered")
            loop.call_soon(lambda: 1 / 0)
            variable.set("later")
            await asy.sleep(1)
            self.assertEqual(sorted(seen), ["registered", "task"])

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
