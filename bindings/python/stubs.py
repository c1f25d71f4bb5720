#!/usr/bin/env python3
"""Copies the generated _core.pyi without what core.i leaves out: stubs.py _core.pyi core_wrap.cpp OUTPUT.

The handles' classes are in libasync/__init__.pyi; to the raw functions they are Any.
"""
import pathlib
import re
import sys

stub, wrapper, output = map(pathlib.Path, sys.argv[1:])
wrapped = set(re.findall(r'_wrap_(\w+)\(|"(ASY_\w+)"', wrapper.read_text()))
names = {name for pair in wrapped for name in pair}
lines = stub.read_text().splitlines()
classes = re.compile(r"\b(Task|" + "|".join(re.findall(r"^class (\w+)", stub.read_text(), re.M)) + r")\b")
kept = lines[:2]
for line in lines:
    declared = re.match(r"(?:def )?(\w+)[(:]", line)
    if declared and declared[1] in names:
        kept.append(re.sub(r"_ns: int", "_ns: float | None", classes.sub("Any", line)))
kept.append("def __getattr__(name: str) -> Any: ...")
output.write_text("\n".join(kept) + "\n")
