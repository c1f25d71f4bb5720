#!/usr/bin/env python3
"""Copies the generated _core.pyi without the functions that core.i leaves out: stubs.py _core.pyi core_wrap.cpp OUTPUT."""
import pathlib
import re
import sys

stub, wrapper, output = map(pathlib.Path, sys.argv[1:])
wrapped = set(re.findall(r"_wrap_(\w+)\(", wrapper.read_text()))
constants = set(re.findall(r'"(ASY_\w+)"', wrapper.read_text()))
kept = []
for line in stub.read_text().splitlines():
    function, constant = re.match(r"def (\w+)\(", line), re.match(r"(ASY_\w+):", line)
    if (function and function[1] not in wrapped) or (constant and constant[1] not in constants):
        continue
    kept.append(line)
output.write_text("\n".join(kept) + "\n")
