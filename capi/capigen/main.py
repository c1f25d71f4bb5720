"""The command: read, refuse, print, and compare or write."""
import argparse
import difflib
import json
import pathlib
import re
import sys
import tempfile

from . import doxygen
from .audit import audit, duplicates
from .batch import FILE as BATCH_OPS
from .batch import add_codes, batch_ops, recorded
from .docstrings import docstrings
from .header import header
from .model import Item, Model, release_order
from .record import broken_promises, surface, to_json
from .source import Source
from .stubs import lua_library, lua_reasons, python_stub
from .symbols import debian_symbols, symbol_map

HEADER = "capi/libasync.h"
FIX = "./dev gen"
ROOT = pathlib.Path(__file__).resolve().parents[2]


def read(root: pathlib.Path) -> tuple[Model, list[str]]:
    """The model with its operation codes, and every refusal."""
    files = doxygen.sources(root)
    with tempfile.TemporaryDirectory() as out:
        model, warnings = doxygen.run(root, files, out)
    found = in_sources(root, files, model) + audit(model)
    old = root / HEADER
    add_codes(model, recorded(old.read_text(encoding="utf-8") if old.exists() else ""))
    found = found or list(duplicates(model))  # a code may have a constant's name
    found += unknown_links(model, warnings) + promises(root, model)
    return model, sorted(set(found), key=by_place)


def in_sources(root: pathlib.Path, files: list[str], model: Model) -> list[str]:
    """What only the sources show."""
    found = []
    parts = {name: Source(root, name) for name in files}
    for part in parts.values():
        found += part.problems()
    for item in model.items:
        parts[item.file].place(item)
        if item.text.brief and not parts[item.file].brief_is_one_line(item):
            found.append(f"{item.file}:{item.line}: {item.name}: the first sentence runs over several lines; "
                         "write a shorter one on a line of its own")
    for section in model.sections:
        start = f"{section.file}:1: {section.file}:"
        if not section.text.brief and any(item.file == section.file for item in model.items):
            found.append(f"{start} no title; begin with /** @file and * @brief Concept. */")
        found += [f"{start} the title holds '{element}', which capigen cannot print"
                  for element in section.text.unprintable]
    return found


def by_place(problem: str) -> tuple:
    """Sorts by file and line."""
    match = re.match(r"(.*?):(\d+):", problem)
    return (match[1], int(match[2]), problem) if match else ("", 0, problem)


def unknown_links(model: Model, warnings: list[str]) -> list[str]:
    """Doxygen's warnings, but those about names that only the generated header has."""
    known = {entry.name for item in model.items for entry in (item, *item.members)}
    links = [re.search(r"link request to '(\w+)", warning) for warning in warnings]
    return [warning for warning, link in zip(warnings, links) if not (link and link[1] in known)]


def promises(root: pathlib.Path, model: Model) -> list[str]:
    """What the latest release promised and the model breaks."""
    records = sorted((root / "capi/abi").glob("*.json"), key=lambda path: release_order(path.stem))
    if not records:
        return []
    old = json.loads(records[-1].read_text(encoding="utf-8"))
    return [f"capi/abi/{records[-1].name}: {broken}" for broken in broken_promises(old, surface(model))]


def cmake_fact(root: pathlib.Path, file: str, pattern: str, what: str) -> str:
    """Version and soname are written once, in CMake's files."""
    path = root / file
    match = re.search(pattern, path.read_text(encoding="utf-8")) if path.exists() else None
    if not match:
        raise doxygen.Missing(f"{file} does not say {what}")
    return match[1]


def outputs(root: pathlib.Path, model: Model) -> dict[str, str]:
    """Every generated file with its text."""
    version = cmake_fact(root, "CMakeLists.txt", r"project\(libasync\s+VERSION\s+(\d+\.\d+\.\d+)",
                         "project(libasync VERSION X.Y.Z)")
    soname = cmake_fact(root, "capi/CMakeLists.txt", r"\bSOVERSION\s+(\d+)", "SOVERSION N")
    omit = root / "bindings/lua/omit.txt"
    return {HEADER: header(model, version),
            "capi/libasync.map": symbol_map(model),
            BATCH_OPS: batch_ops(model),
            f"packaging/debian/libasync{soname}.symbols": debian_symbols(model, soname),
            "bindings/python/docstrings.i": docstrings(model),
            "bindings/python/_core.pyi": python_stub(model),
            "bindings/lua/reasons.inc": lua_reasons(model),
            "bindings/lua/library/libasync.lua": lua_library(model, omit.read_text("utf-8") if omit.exists() else "")}


def round_trip(model: Model, text: str) -> list[str]:
    """Where Doxygen reads something else from the header than from the sources."""
    with tempfile.TemporaryDirectory() as out:
        copy = pathlib.Path(out).resolve()
        (copy / "libasync.h").write_text(text, encoding="utf-8")
        again, _ = doxygen.run(copy, ["libasync.h"], out)
    there, back = facts(model), facts(again)
    found = []
    for name in sorted(there.keys() | back.keys()):
        lines = difflib.unified_diff(there.get(name, []), back.get(name, []), "source", "header", lineterm="", n=0)
        difference = "\n    ".join(lines)
        if difference:
            found.append(f"{HEADER}: {name[1]}: Doxygen reads the header differently from the source; write the text "
                         f"without Doxygen's special characters\n    {difference}")
    if not found and list(there) != list(back):
        found.append(f"{HEADER}: the order differs from the sources'")
    return found


def facts(model: Model) -> dict[tuple[str, str], list[str]]:
    """All that both models must agree on: everything but where it stands."""
    def lines(item: Item) -> list[str]:
        own = [f"{item.kind} {item.type} {item.name} {item.value}", *map(str, item.params), *item.defects]
        text = [f"{key}: {said}" for key, said in vars(item.text).items() if said]
        return own + text + [line for member in item.members for line in lines(member)]

    return {(item.kind, item.name): lines(item) for item in model.items}


def compare(root: pathlib.Path, files: dict[str, str]) -> list[str]:
    """The generated files that are not what they would be now, as diffs."""
    found = []
    for name, new in files.items():
        path = root / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old != new:
            lines = difflib.unified_diff(old.splitlines(), new.splitlines(), name, f"{name} (generated)", lineterm="")
            found.append("\n".join([f"{name}: stale", *lines]))
    return found


def write(root: pathlib.Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"capigen: wrote {name}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="capigen.py", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")
    parser.add_argument("--keep-going", action="store_true", help="write what can be written in spite of refusals")
    parser.add_argument("--release", metavar="X.Y", help="record the surface that this release promises")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT, help="another tree than the one this file is in")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    try:
        model, refusals = read(root)
        files = {}
        if not refusals or options.keep_going:
            files = outputs(root, model)
            refusals += round_trip(model, files[HEADER])
    except doxygen.Missing as missing:
        print(f"capigen: {missing}", file=sys.stderr)
        return 2
    if options.release:
        files[f"capi/abi/{options.release}.json"] = to_json(model)
    stale = compare(root, files) if options.check else []
    if not options.check and (not refusals or options.keep_going):
        write(root, files)
    for problem in refusals + stale:
        print(problem, file=sys.stderr)
    if refusals:
        print(f"capigen: {len(refusals)} refused", file=sys.stderr)
    if stale:
        print(f"capigen: {len(stale)} stale; to fix: {FIX}", file=sys.stderr)
    return 1 if refusals or stale else 0
