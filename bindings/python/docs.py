#!/usr/bin/env python3
"""Makes SWIG docstrings of the classes' texts in __init__.pyi: docs.py __init__.pyi OUTPUT.i

Each begins with a signature in the form that inspect.signature() reads.
"""
import ast
import pathlib
import sys

HANDLES = {"Stream", "Server", "Watch", "Token"}  # classes of the C ABI; the others are C++ classes of asypy
RENAMED = {"as_completed": "AsCompleted", "Token": "context_token"}


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


def main():
    source, output = map(pathlib.Path, sys.argv[1:])
    lines = []
    for node in ast.parse(source.read_text()).body:
        if not isinstance(node, ast.ClassDef) or node.name in ("Loop", "Runner", "Future", "Task", "Handle", "Promise", "Foreign", "Race", "FrameCallGraphEntry", "FutureCallGraph"):
            continue
        owner = f"asy_{RENAMED.get(node.name, node.name.lower())}" if node.name in HANDLES else f"asypy::{RENAMED.get(node.name, node.name)}"
        lines.append(feature(owner, described(node)))
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and method.name != "__init__":
                name = method.name if method.name.startswith("_") or node.name not in HANDLES else "own_" + method.name
                text = described(method, ast.unparse(method.returns))
                lines.append(feature(f"{owner}::{name}", signature(method) + text))
    output.write_text("".join(lines))


main()
