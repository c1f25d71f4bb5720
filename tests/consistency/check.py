#!/usr/bin/env python3
"""Checks that hold the tree together; each prints what is wrong and what to do about it."""
import fnmatch
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
LONGEST = 400
GENERATED = re.compile(r"_wrap\.|/core\.go$|/abi/|docstrings\.i$|libasync\.h$|libasync\.map$|batch_ops\.inc$|_core\.pyi$|library/libasync\.lua$"
                       r"|\.symbols$|rules\.tsv$")
SOURCES = {".c", ".h", ".cpp", ".hpp", ".py", ".lua", ".go", ".i", ".inc", ".sh", ".cmake"}
# Folders whose parent's README speaks for them, and those that hold only what is written there.
UNEXPLAINED = re.compile(r"(^|/)(\.ci|consumer|fixtures|internal|gid|library|abi|debian)$|^packaging/.+|^tests/.+|^examples/.+"
                         r"|^bindings/[^/]+/.+|^capi/.+|^bench/.+")


def tracked():
    """Files of the tree as git sees them, or as they stand where there is no git."""
    try:
        out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root, check=True,
                             capture_output=True).stdout.decode()
        names = [name for name in out.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()]
        names = [name for name in names if not name.startswith(("build/", ".git/"))]
    return [name for name in names if (root / name).is_file()]


def text(name):
    return (root / name).read_text(errors="replace")


def functions():
    return re.findall(r"^ASY_API [^;]*?\b(asy_\w+)\(", text("capi/libasync.h"), flags=re.M)


def omitted(language):
    """The lines `pattern  reason` of a binding's omit.txt; the pattern is a shell's."""
    path = root / "bindings" / language / "omit.txt"
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.strip() and not line.startswith("#"):
            pattern, _, reason = line.strip().partition(" ")
            yield pattern.rstrip(":"), reason.strip()


def untested(names, files):
    body = "".join(text(f) for f in files if f.startswith("tests/") and f.endswith((".c", ".h", ".cpp", ".hpp")))
    used = set(re.findall(r"\basy_\w+", body))
    return [f"{name}: no test calls it; tests/test_<concept>.c is the place" for name in names if name not in used]


def unbound(names, files):
    wrong = []
    for language in ("cpp", "python", "lua", "go"):
        own = [f for f in files if f.startswith(f"bindings/{language}/") and not GENERATED.search(f)
               and not f.endswith((".md", ".txt"))]
        body = "".join(text(f) for f in own)
        used = set(re.findall(r"\basy_\w+", body))
        # An interface file that includes the header binds all of it but what it ignores.
        if any(re.search(r"%include\s*[<\"]libasync\.h", text(f)) for f in own if f.endswith(".i")):
            used |= set(names) - set(re.findall(r"%ignore\s+(asy_\w+)", body))
        patterns = []
        for pattern, reason in omitted(language):
            where = f"bindings/{language}/omit.txt: '{pattern}'"
            hits = fnmatch.filter(names, pattern)
            if not reason:
                wrong.append(f"{where} has no reason")
            if not hits:
                wrong.append(f"{where} is no function any more; remove the line")
            patterns.append(pattern)
        for name in names:
            if name not in used and not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
                wrong.append(f"{name}: not bound in {language}; bind it or give the reason in bindings/{language}/omit.txt")
    return wrong


def long_files(files):
    for name in files:
        if pathlib.Path(name).suffix in SOURCES and not GENERATED.search(name):
            # A function's text is the manual, and may be as long as it must.
            lines = re.sub(r"/\*\*.*?\*/\n?", "", text(name), flags=re.S).count("\n")
            if lines > LONGEST:
                yield f"{name}: {lines} lines besides documentation; over {LONGEST}, a second concept has moved in"


def unexplained_folders(files):
    folders = {str(parent) for name in files for parent in pathlib.PurePath(name).parents if str(parent) != "."}
    for folder in sorted(folders):
        if not UNEXPLAINED.search(folder) and not (root / folder / "README.md").exists():
            yield f"{folder}/: no README.md says what lives there"


def foreign_paths(files):
    pattern = re.compile(r"(^|[^\w./-])/(work|farm|root)/")
    for name in files:
        for number, line in enumerate(text(name).splitlines(), 1):
            if pattern.search(line) and not name.endswith("consistency/check.py"):
                yield f"{name}:{number}: a path of one machine"


def twice_defined(files):
    """Types of the core outside unnamed namespaces: two of one name are one to the linker, whatever they hold."""
    seen = {}
    for name in files:
        if name.startswith("libasync/") and name.endswith(".cpp"):
            shared = re.sub(r"^namespace \{\n.*?^\}  // namespace$", "", text(name), flags=re.S | re.M)
            for kind in re.findall(r"^(?:struct|class) (\w+)[^;{]*\{", shared, flags=re.M):
                if seen.setdefault(kind, name) != name:
                    yield f"{name}: {kind} is a type of {seen[kind]} too; rename one, or hide both"


def looks_down(files):
    """Floors of the core, from libasync/README.md; a source of the loop ends what tasks hold when it closes."""
    floors = [floor for row in re.findall(r"^\| (`.*?) \|", text("libasync/README.md"), flags=re.M)
              for floor in re.findall(r"`(\w+)`", row)]
    for name in files:
        own = re.match(r"libasync/(\w+)/.*\.([ch]pp|h)$", name)
        for other in re.findall(r'#include "libasync/(\w+)/', text(name)) if own else ():
            if floors.index(other) > floors.index(own[1]) and not (own[1] == "loop" and other == "task" and own[2] == "cpp"):
                yield f"{name}: {own[1]} includes {other}, a floor that may not be seen from there"


def main():
    files, names = tracked(), functions()
    wrong = [*untested(names, files), *unbound(names, files), *long_files(files), *unexplained_folders(files),
             *foreign_paths(files), *twice_defined(files), *looks_down(files)]
    for line in wrong:
        print(line)
    print(f"consistency: {len(names)} functions, {len(files)} files, {len(wrong)} wrong")
    return 1 if wrong or not names else 0


sys.exit(main())
