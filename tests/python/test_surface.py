"""The stub of the public surface, the module and its texts agree; bad input is answered with Python's errors."""

from __future__ import annotations

import ast
import inspect
import pathlib
import subprocess
import sys
import unittest
from collections.abc import Callable

import libasync as asy
from support import Case


class SurfaceTest(Case):
    stub = ast.parse(pathlib.Path(asy.__file__).with_suffix(".pyi").read_text())

    def test_everything_in_the_stub_exists_and_the_reverse(self) -> None:
        declared = set()
        for node in self.stub.body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                declared.add(node.name)
                found = getattr(asy, node.name)
                for method in node.body if isinstance(node, ast.ClassDef) else ():
                    if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        self.assertTrue(hasattr(found, method.name), f"{node.name}.{method.name}")
            elif isinstance(node, ast.ImportFrom) and node.level:
                declared.update(name.name for name in node.names)
            elif isinstance(node, ast.AnnAssign):
                declared.add(node.target.id)
        missing = set(asy.__all__) - declared - {"TimeoutError"}
        self.assertEqual(missing, set())

    def declared_in(self, kind: type) -> set[str | None]:
        """What the stub says of a class and of its bases."""
        bases = {base.__name__ for base in kind.__mro__}
        members = [node.body for node in self.stub.body if isinstance(node, ast.ClassDef) and node.name in bases]
        return {
            getattr(member, "name", None) or getattr(getattr(member, "target", None), "id", None) for body in members for member in body
        }

    def test_classes_have_documented_members_only(self) -> None:
        for name in asy.__all__:
            kind = getattr(asy, name)
            if not isinstance(kind, type) or issubclass(kind, (BaseException, tuple)):
                continue
            with self.subTest(name):
                members = {member for member in dir(kind) if not member.startswith("_")}
                self.assertEqual(members - self.declared_in(kind), set())
                self.assertNotIn("__int__", dir(kind))
        with self.assertRaises(AttributeError):
            asy.Lock().thisown
        with self.assertRaises(TypeError):
            int(asy.Queue())

    def test_keywords_of_the_stub_are_taken(self) -> None:
        def named(function: ast.FunctionDef | ast.AsyncFunctionDef, method: bool) -> list[str]:
            plain = function.args.args[1:] if method and not function.args.posonlyargs else function.args.args
            return [argument.arg for argument in plain + function.args.kwonlyargs]

        def check(call: Callable[..., object], what: str, names: list[str]) -> None:
            for name in names:
                try:
                    answer = call(**{name: object()})
                except (TypeError, ValueError, RuntimeError, AttributeError) as error:
                    self.assertNotRegex(str(error), "no keyword|not take keyword|unexpected keyword|invalid keyword", what)
                else:
                    getattr(answer, "close", lambda: None)()

        def check_class(kind: type, methods: list[ast.FunctionDef | ast.AsyncFunctionDef]) -> None:
            blank = asy.current_task() if kind is asy.Task else kind.__new__(kind)
            for method in methods:
                if method.name == "__init__":
                    check(kind, kind.__name__, named(method, True))
                elif not method.name.startswith("_") and named(method, True):
                    check(getattr(blank, method.name), f"{kind.__name__}.{method.name}", named(method, True))

        async def main() -> None:
            for node in self.stub.body:
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    check(getattr(asy, node.name), node.name, named(node, False))
                elif isinstance(node, ast.ClassDef):
                    kind = getattr(asy, node.name)
                    if not issubclass(kind, (BaseException, tuple, asy.Loop, asy.Foreign, asy.Handle)):
                        check_class(kind, [x for x in node.body if isinstance(x, (ast.FunctionDef, ast.AsyncFunctionDef))])

        self.run_main(main())

    def test_what_the_stub_calls_generic_takes_a_type(self) -> None:
        generic = [node.name for node in self.stub.body if isinstance(node, ast.ClassDef) for base in node.bases
                   if isinstance(base, ast.Subscript)]
        self.assertIn("Queue", generic)
        for name in generic:
            alias = getattr(asy, name)[int]
            self.assertEqual((alias.__origin__, alias.__args__), (getattr(asy, name), (int,)))

    def test_what_the_stub_calls_final_has_no_subclasses(self) -> None:
        for node in self.stub.body:
            if not isinstance(node, ast.ClassDef) or issubclass(kind := getattr(asy, node.name), (BaseException, tuple)):
                continue
            final = any(isinstance(mark, ast.Name) and mark.id == "final" for mark in node.decorator_list)
            with self.subTest(node.name):
                if final:
                    with self.assertRaisesRegex(TypeError, "not an acceptable base type"):
                        type("Derived", (kind,), {})
                else:
                    type("Derived", (kind,), {})

    def test_every_method_has_a_signature(self) -> None:
        for kind in (asy.Stream, asy.Server, asy.Queue, asy.Event, asy.Semaphore, asy.Promise, asy.TaskGroup, asy.Timeout,
                     asy.Lock, asy.Condition, asy.Barrier, asy.Limiter, asy.BoundedSemaphore,
                     asy.Future, asy.Task, asy.Handle, asy.Loop, asy.as_completed):
            for name, method in vars(kind).items():
                if callable(method) and not name.startswith("_"):
                    self.assertIsNotNone(inspect.signature(method), f"{kind}.{name}")
        for name in ("timeout", "timeout_at"):
            self.assertTrue(getattr(asy, name).__doc__, name)
        for name in ("sleep", "gather", "create_task", "ensure_future", "current_task", "all_tasks", "get_running_loop"):
            self.assertTrue(getattr(asy, name).__doc__, name)
            self.assertEqual(getattr(asy, name).__name__, name)
            self.assertEqual(getattr(asy, name).__module__, "libasync")

    def test_classes_can_be_patched_and_derived_from(self) -> None:
        class Named(asy.Queue):
            def __init__(self, name: str) -> None:
                super().__init__(maxsize=3)
                self.name = name

        class Forgetful(asy.Queue):
            def __init__(self) -> None:
                pass

        self.assertEqual((Named("x").name, Named("x").maxsize), ("x", 3))
        with self.assertRaises((TypeError, RuntimeError)):
            Forgetful().qsize()
        for kind in (asy.Stream, asy.Server, asy.Task, asy.Handle, asy.Timeout):
            with self.assertRaises((TypeError, AttributeError)):
                kind()

    def test_wrong_types(self) -> None:
        async def main() -> None:
            for wrong in (
                lambda: asy.Semaphore("1"),
                lambda: asy.Queue(1.5),
                lambda: asy.gather(1),
                lambda: asy.create_task(),
                lambda: asy.wait_for(asy.sleep(0, 1), "x"),
                lambda: asy.resolve(None),
                lambda: asy.timeout("x"),
                lambda: asy.as_completed(None),
                lambda: asy.Promise(3),
                lambda: asy.ensure_future(None),
                lambda: asy.all_tasks(3),
            ):
                with self.assertRaises((TypeError, ValueError)):
                    await wrong()
            with self.assertRaises(ValueError):
                asy.Semaphore(-1)

        self.run_main(main())

    def test_a_second_import_has_the_same_types_and_errors(self) -> None:
        first = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "libasync"}
        for name in first:
            del sys.modules[name]
        try:
            import libasync as again

            async def main() -> None:
                task = again.ensure_future(again.Event().wait())
                await again.sleep(0)
                task.cancel()
                with self.assertRaises(again.CancelledError):
                    await task

            again.run(main())
            self.assertIs(again.exceptions.CancelledError, asy.CancelledError)
            self.assertIsNot(again, asy)
            self.assertIs(again.Future, asy.Future)
        finally:
            sys.modules.update(first)

    def test_import_is_light(self) -> None:
        script = "import sys, libasync; print(*(n for n in ('asyncio', 'socket', 'ssl', 'subprocess', 'threading') if n in sys.modules))"
        done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout.strip(), "")


if __name__ == "__main__":
    unittest.main()
