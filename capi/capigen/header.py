"""Prints the public header."""
from .model import EXPORT, NOEXCEPT, Item, Model, declare
from .text import Text, body_lines, comment

TOP = """\
/* libasync: asyncio's model for every language in one process.
 *
 * Generated from libasync/base/abi.h, capi/types.h and capi/<concept>.cpp; edit there and run ./dev gen. */
#ifndef LIBASYNC_H
#define LIBASYNC_H

#include <stddef.h>
#include <stdint.h>

#define LIBASYNC_VERSION_MAJOR {major}
#define LIBASYNC_VERSION_MINOR {minor}
#define LIBASYNC_VERSION_PATCH {patch}
#define LIBASYNC_VERSION_STRING "{major}.{minor}.{patch}"

#ifndef {export}
#  if !defined(__GNUC__) || defined(SWIG)
#    define {export}
#  elif defined(__clang__)
#    define {export} __attribute__((visibility("default")))
#  else /* a call saves the detour through the linkage table, a third of what an empty one costs */
#    define {export} __attribute__((visibility("default"), noplt))
#  endif
#endif

#ifdef __cplusplus
#  define {noexcept} noexcept
extern "C" {{
#else
#  define {noexcept}
#endif
"""
BOTTOM = """\
#ifdef __cplusplus
}
#endif

#endif
"""
WIDTH = 100


def header(model: Model, version: str) -> str:
    major, minor, patch = version.split(".")
    out = [TOP.format(major=major, minor=minor, patch=patch, export=EXPORT, noexcept=NOEXCEPT)]
    for section in model.sections:
        items = [item for item in model.items if item.file == section.file]
        if items:
            out.append(title(section.text))
        for item in items:
            words = comment(item.text) if item.text else []
            out.append("\n".join(words + PRINTERS[item.kind](item)) + "\n")
    return "\n".join([*out, BOTTOM])


def title(text: Text) -> str:
    """A file's own text heads its part."""
    lines = body_lines(text, WIDTH - 3)
    rule = "-" * (WIDTH - len("/* "))
    return "\n".join(["/* " + rule, *((" * " + line).rstrip() for line in lines), " * " + rule[3:] + " */"]) + "\n"


def define(item: Item) -> list[str]:
    params = f"({', '.join(param.name for param in item.params)})" if item.params else ""
    return [f"#define {item.name}{params} {item.value}".rstrip()]


def alias(item: Item) -> list[str]:
    return [f"typedef {declare(item.type, item.name)};"]


def opaque(item: Item) -> list[str]:
    return [f"typedef struct {item.type} {item.name};"]


def callback(item: Item) -> list[str]:
    return fold(f"typedef {declare(item.type, f'(*{item.name})')}(", item, ");")


def function(item: Item) -> list[str]:
    return fold(f"{EXPORT} {declare(item.type, item.name)}(", item, f") {NOEXCEPT};")


def fold(start: str, item: Item, end: str) -> list[str]:
    """One line, or aligned under the bracket as clang-format does."""
    params = [declare(param.type, param.name) for param in item.params] or ["void"]
    lines = [start]
    for n, param in enumerate(params):
        piece = param + (end if n == len(params) - 1 else ",")
        if len(lines[-1]) + len(piece) + 1 > WIDTH and lines[-1] != start:
            lines.append(" " * len(start) + piece)
        else:
            lines[-1] += piece if lines[-1].endswith("(") else " " + piece
    return lines


def enum(item: Item) -> list[str]:
    last = len(item.members) - 1
    members = [line for n, member in enumerate(item.members)
               for line in [*comment(member.text, "  "), f"  {member.name} = {member.value}{'' if n == last else ','}"]]
    return [f"enum {item.name} {{", *members, "};"]


def struct(item: Item) -> list[str]:
    fields = [line for member in item.members
              for line in [*comment(member.text, "  "), f"  {declare(member.type, member.name)}{member.value};"]]
    if item.type == "struct":
        return [f"struct {item.name} {{", *fields, "};"]
    return [f"typedef struct {item.name} {{", *fields, f"}} {item.name};"]


PRINTERS = {"define": define, "alias": alias, "opaque": opaque, "forward": opaque, "callback": callback,
            "function": function, "enum": enum, "struct": struct}
