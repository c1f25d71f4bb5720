#!/usr/bin/env python3
"""Writes a C program's calls of every function of libasync.h: generate.py libasync.h misuse.h calls.c

misuse.h has the right arguments (`make_<type>`) and says how a call is made wrongly. What a function takes over, gives
and refuses stands in the header's text."""
import re
import sys

HEADER, MISUSE = (open(name).read() for name in sys.argv[1:3])
MAKERS, DROPS = (set(re.findall(rf"\b{verb}_(asy_\w+)\(", MISUSE)) for verb in ("make", "drop"))
KINDS = set(re.findall(r"^typedef struct \w+ (asy_\w+);", HEADER, flags=re.M))
STRUCTS = dict(re.findall(r"^typedef struct (asy_\w+) \{(.*?)^\}", HEADER, flags=re.M | re.S))
CALLBACKS = re.findall(r"^typedef ([^;(]+)\(\*(asy_\w+_cb)\)(\([^;]*\));", HEADER, flags=re.M)
FUNCTIONS = re.findall(r"/\*\*((?:(?!\*/).)*?)\*/\nASY_API ([^;]*?)\b(asy_\w+)\(([^;]*)\) ASY_NOEXCEPT;", HEADER, flags=re.S)

ONE = {"count", "size", "capacity", "op_count", "parties", "rate", "burst", "amount"}
PLAIN = {"const char *": '"127.0.0.1"', "const void *": '"x"', "const int32_t *": "some_numbers"}
# With right arguments these wait for somebody else, change more than this program's own loops, or make one that is the
# thread's.
NEVER_RIGHT = {"asy_loop_run", "asy_set_allocator", "asy_loop_new"}
# Their answer is not how the call went: a status that is asked for, the object itself, the error that was given, what
# asy_await() and asy_yield() always say outside a task.
OWN_ANSWER = {"asy_future_status", "asy_future_take_value", "asy_future_ref", "asy_future_new_failed", "asy_error_code",
              "asy_await", "asy_yield"}


class Param:
    def __init__(self, index, declared, text):
        self.index = index
        self.type, self.name = (part.strip() for part in re.fullmatch(r"(.*?)(\w+)", declared.strip()).groups())
        self.base = re.sub(r"\bconst\b|\*", "", self.type).strip()
        self.callback = self.type.endswith("_cb")
        self.pointer = self.type.endswith("*") or self.callback
        self.depth = self.type.count("*")
        said = dict(re.findall(r"@param\[[a-z,]+\] (\w+) (.*?)(?= @|$)", text)).get(self.name, "")
        null = "NULL" in re.sub(r"or NULL (on failure|with `\w+` 0)", "", said)
        self.optional = null or self.name in ("user_data", "on_free")
        self.consumed = "consumed" in said
        self.room = self.name.startswith("out_") or self.type == "char *"
        self.ended_by = None    # of an opaque pointer: the parameter that says how it ends

    def made(self):
        """A right argument."""
        if self.callback:
            return "count_free" if self.type == "asy_free_cb" else f"probe_{self.type}"
        if self.ended_by is not None:
            return "probe()"
        if self.room:
            return f"&room[{self.index}]"
        if self.base in MAKERS:
            return f"array_of(make_{self.base}())" if self.depth == 2 else f"make_{self.base}()"
        if self.base in STRUCTS:
            return f"&plain_{self.base}"
        return PLAIN.get(self.type, "NULL" if self.pointer else "1" if self.name in ONE else "0")

    def assigned(self):
        """Unless it is the one that is NULL, or what would end it is."""
        value = f"(void *){self.made()}" if self.pointer and not self.callback else self.made()
        if not self.pointer:
            return f"a.{self.name} = {value};"
        absent = [self.index] if self.ended_by is None else [self.index, self.ended_by]
        unless = " && ".join(f"null_at != {index}" for index in [*absent, "ALL_NULL"])
        return f"if ({unless}) a.{self.name} = {value};"

    def dropped(self):
        """What we still own of it after the call."""
        room = f"room[{self.index}]"
        if self.room and self.base == "asy_value" and self.depth == 1:
            return f"asy_value_clear(&{room}.value);"
        if self.room and self.base in KINDS and self.depth == 2:
            return f"if ({room}.handle) drop_{self.base}({room}.handle);"
        if not self.room and not self.consumed and self.base in KINDS & MAKERS | DROPS:
            return f"if (a.{self.name}) drop_{self.base}((void *){'*' * (self.depth - 1)}a.{self.name});"
        return ""


def read_params(declared, text):
    """An opaque pointer stands before what ends it, or behind the functions that it is for."""
    params = [] if declared.strip() == "void" else [Param(i, re.sub(r"\s+", " ", p), text)
                                                    for i, p in enumerate(declared.split(","))]
    for before, p, after in zip([None, *params], params, [*params[1:], None]):
        if p.type == "void *" and after and after.base in ("asy_free_cb", "asy_type"):
            p.ended_by = after.index
        elif p.type == "void *" and before and before.base in ("asy_coroutine", "asy_iterator"):
            p.ended_by = before.index
    return params


def judge(name, result, params, text):
    """The C that looks at the answer, where it tells how the call went."""
    owned = "the caller owns one reference" in text
    if name in OWN_ANSWER or not (result == "asy_status" or result in ("asy_future *", "asy_task *") and owned):
        return
    yield f"asy_status status = {'a.result' if result == 'asy_status' else 'asy_future_status(a.result)'};"
    needed = [f"null_at == {p.index}" for p in params if p.pointer and not p.optional]
    if needed:
        yield f'if (({" || ".join([*needed, "null_at == ALL_NULL"])}) && status >= 0) complain("is not refused");'
    if "@par Threads the loop's" in text:
        yield "if (way == FROM_A_THREAD && status != ASY_E_WRONG_THREAD) complain(asy_status_name(status));"
    yield "(void)status;"


def drops(name, result, params, text):
    for p in params:
        if p.index or not (name.endswith("_unref") or name == "asy_timeout_exit"):
            yield p.dropped()
    base = re.sub(r"\bconst\b|\*", "", result).strip()
    if base in KINDS and re.search(r"the caller owns one (more )?reference(?! in)", text):
        yield f"if (a.result) drop_{base}(a.result);"


def function(name, result, params, text):
    fields = [f"{p.type} {p.name};" for p in params] + ([] if result == "void" else [f"{result} result;"])
    call = f"{name}({', '.join(f'a->{p.name}' for p in params)});"
    made = [line for p in params for line in (f"from({p.index}, way);", p.assigned())]
    body = [*made, f"run(call_{name}, &a, way);", *judge(name, result, params, text), *drops(name, result, params, text)]
    return f"""
struct {name}_call {{ {' '.join(fields)} }};
static void call_{name}(void *args) {{
  struct {name}_call *a = args;
  (void)a;
  {'' if result == 'void' else 'a->result = '}{call}
}}
static void try_{name}(int null_at, enum way way) {{
  union room room[{len(params) or 1}] = {{0}};
  struct {name}_call a;
  memset(&a, 0, sizeof a);
  (void)null_at, (void)room;
  {f'{chr(10)}  '.join(filter(None, body))}
}}
"""


def row(name, params):
    pointers, optional = (sum(1 << p.index for p in params if getattr(p, what)) for what in ("pointer", "optional"))
    right = name not in NEVER_RIGHT and all(p.base in MAKERS or p.base not in KINDS or p.room for p in params)
    return f'    {{"{name}", try_{name}, {pointers:#x}, {optional:#x}, {int(right)}}},\n'


def callbacks():
    for result, name, params in CALLBACKS:
        params = re.sub(r"\s+", " ", params)
        unused = "".join(f"(void){p}; " for p in re.findall(r"(\w+)(?=[,)])", params) if p != "void")
        answer = "" if result.strip() == "void" else "return 0; "
        yield f"static UNUSED {result}probe_{name}{params} {{ {unused}{answer}}}\n"


def objects():
    for struct in sorted(set(STRUCTS) - MAKERS):
        size = f" = {{.size = sizeof plain_{struct}}}" if "size_t size;" in STRUCTS[struct] else ""
        yield f"static UNUSED {struct} plain_{struct}{size};\n"
    for kind in sorted(KINDS - DROPS):
        unref = "asy_future_unref" if kind == "asy_task" else f"{kind}_unref"
        yield f"static UNUSED void drop_{kind}(void *it) {{ {unref}(it); }}\n"


def main():
    parts, rows = ['#include "misuse.h"\n\n', *callbacks(), *objects()], []
    for text, result, name, declared in FUNCTIONS:
        text = re.sub(r"\s*\n \*\s*", " ", text)
        params = read_params(declared, text)
        parts.append(function(name, result.strip(), params, text))
        rows.append(row(name, params))
    parts.append("\nconst struct function functions[] = {\n" + "".join(rows) + "    {0},\n};\n")
    with open(sys.argv[3], "w") as out:
        out.write("".join(parts))


main()
