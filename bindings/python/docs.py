#!/usr/bin/env python3
"""Makes SWIG docstrings of the classes' texts in __init__.pyi: docs.py __init__.pyi OUTPUT.i

A method's begins with a signature in the form that inspect.signature() reads.
"""
import ast
import pathlib
import sys

HANDLES = {"Stream", "Server", "Watch", "Token"}  # classes of the C ABI; the others are C++ classes of asypy
RENAMED = {"as_completed": "AsCompleted", "Token": "context_token"}
FUNCTIONS = {"timeout", "timeout_at"}  # of asypy, wrapped as they are
BY_HAND = {"Loop", "Runner", "Future", "Task", "Handle", "Promise", "Foreign", "Race", "FrameCallGraphEntry", "FutureCallGraph"}


def signature(function):
    arguments = function.args
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]:
        if argument:
            argument.annotation = None
    text = ast.unparse(arguments).removeprefix("self")
    return f"{function.name}($self{text})\n--\n\n"


def described(node, returns=""):
    text = ast.get_docstring(node) or ""
    return "\n\n".join(part for part in (text, returns and f"Returns {returns}.") if part)


def feature(target, text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'%feature("docstring") {target} "{escaped}";\n'


def class_lines(node):
    handle = node.name in HANDLES
    owner = f"asy_{RENAMED.get(node.name, node.name.lower())}" if handle else f"asypy::{RENAMED.get(node.name, node.name)}"
    yield feature(owner, described(node))
    for method in node.body:
        if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and method.name != "__init__":
            name = method.name if method.name.startswith("_") or not handle else "own_" + method.name
            yield feature(f"{owner}::{name}", signature(method) + described(method, ast.unparse(method.returns)))


def main():
    source, output = map(pathlib.Path, sys.argv[1:])
    lines = []
    for node in ast.parse(source.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name in FUNCTIONS:
            lines.append(feature(f"asypy::{node.name}", described(node)))
        elif isinstance(node, ast.ClassDef) and node.name not in BY_HAND:
            lines.extend(class_lines(node))
    output.write_text("".join(lines))


main()
