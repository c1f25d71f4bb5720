"""What the C ABI may not contain. A rule yields what is wrong with one item and how to write it."""
import re
from collections.abc import Iterator

from . import audit_text as words
from .model import INTEGERS, Item, Model, Type, constant, layout
from .shapes import shapes

LONGEST = 40
INSTEAD = {"bool": "int32_t", "int": "int32_t", "unsigned": "uint32_t", "unsigned int": "uint32_t", "long": "int64_t",
           "unsigned long": "uint64_t", "long long": "int64_t", "time_t": "uint64_t nanoseconds", "float": "double",
           "ssize_t": "int64_t", "auto": "the type itself"}
PATTERNS = {"define": r"ASY_[A-Z0-9_]+", "value": r"ASY_[A-Z0-9_]+", "callback": r"asy_[a-z0-9_]+_cb",
            "field": r"[a-z][a-z0-9_]*"}
HOW = {"define": "ASY_<NOUN>_<VALUE>", "value": "ASY_<NOUN>_<VALUE>", "callback": "asy_<event>_cb",
       "field": "lower case", "function": "asy_<noun>_<verb>"}


def audit(model: Model) -> list[str]:
    """Every refusal, as `file:line: name: what is wrong and how to write it`."""
    found = []
    for item in model.items:
        for entry in [item, *item.members]:
            name = entry.name if entry is item else f"{item.name}.{entry.name}"
            found += [f"{entry.file}:{entry.line}: {name}: {what}" for rule in RULES.get(entry.kind, ())
                      for what in rule(model, entry)]
    return found + list(duplicates(model))


def duplicates(model: Model) -> Iterator[str]:
    """C has one space for functions, types and constants, and a name is declared once in it."""
    seen: dict[str, Item] = {}
    for item in model.items:
        entries = item.members if item.kind == "enum" else [] if item.kind in ("struct", "forward") else [item]
        for entry in entries:
            first = seen.setdefault(entry.name, entry)
            if first is not entry:
                yield f"{entry.file}:{entry.line}: {entry.name}: declared before in {first.file}:{first.line}"


def unwanted(model: Model, item: Item) -> Iterator[str]:
    yield item.type


def defects(model: Model, item: Item) -> Iterator[str]:
    yield from item.defects


def names(model: Model, item: Item) -> Iterator[str]:
    pattern = PATTERNS.get(item.kind, r"asy_[a-z0-9_]+")
    if not re.fullmatch(pattern, item.name):
        yield f"the name does not fit; write {HOW.get(item.kind, 'asy_<noun>')}"
    elif item.name.endswith("_t"):
        yield "names ending in _t are POSIX's; leave it out"
    if len(item.name) > LONGEST:
        yield f"the name has {len(item.name)} characters; {LONGEST} is the most"


def signature(model: Model, item: Item) -> Iterator[str]:
    """Types of parameters and result."""
    if item.type != "void":
        yield from typed(model, item.type, "the result")
    for param in item.params:
        if param.type == "...":
            yield "is variadic, which no binding can call; write an array and its size"
        elif "(" in param.type:
            yield f"parameter '{param.type}' is a bare function pointer; write a typedef asy_<event>_cb"
        elif not param.name:
            yield f"a parameter of type '{param.type}' has no name"
        elif param.array:
            yield f"'{param.name}{param.array}' is an array parameter; write a pointer and a size"
        else:
            yield from typed(model, param.type, f"'{param.name}'")


def typed(model: Model, spelled: str, what: str) -> Iterator[str]:
    type_ = Type.parse(spelled)
    known = model.named(type_.base)
    if type_.base.startswith("enum ") or (known and known.kind == "enum"):
        yield f"{what} has an enum's type; write int32_t or uint32_t, and asy_status for a status"
    elif type_.base in INSTEAD:
        yield f"{what} has type '{spelled}'; write {INSTEAD[type_.base]}"
    elif not type_.stars and (type_.base in ("void", "char") or (known and known.kind in ("struct", "opaque"))):
        yield f"{what} is passed by value as '{spelled}'; write a pointer"
    elif not known and type_.base not in (*INTEGERS, "double", "char", "void"):
        yield f"{what} has type '{spelled}', which this header does not know; write an integer or a type from types.h"


def outputs(model: Model, item: Item) -> Iterator[str]:
    """out_ is the name of what the call fills, and of nothing else."""
    directions = {param.name: param.direction for param in item.text.params}
    for param in item.params:
        direction = directions.get(param.name)
        if direction and (direction == "out") != param.name.startswith("out_"):
            yield f"'{param.name}' is @param[{direction}]; what is only written is [out] and named out_<noun>"
        if param.name.startswith("out_") and not Type.parse(param.type).stars:
            yield f"'{param.name}' is an output but no pointer"


def callbacks(model: Model, item: Item) -> Iterator[str]:
    found = shapes(model, item)
    if isinstance(found, str):
        yield found


def struct(model: Model, item: Item) -> Iterator[str]:
    first = item.members[0] if item.members else None
    if item.name.endswith("_options") and (not first or (first.type, first.name) != ("size_t", "size")):
        yield "an options struct begins with size_t size"
    measured = layout(model, item)
    if isinstance(measured, str):
        yield measured


def field(model: Model, item: Item) -> Iterator[str]:
    """What a pointer field points to; the struct's layout judges the others."""
    if Type.parse(item.type).stars and not item.defects:
        yield from typed(model, item.type, "the field")


def enum(model: Model, item: Item) -> Iterator[str]:
    if not item.members:
        yield "an enum without members"


def value(model: Model, item: Item) -> Iterator[str]:
    if not item.value:
        yield "no value; write one, it never changes"
    elif constant(item.value) is None:
        yield f"the value '{item.value}' is not a plain number"
    elif not -2**31 <= constant(item.value) < 2**31:
        yield f"the value '{item.value}' does not fit an int, as C99 wants"


def alias(model: Model, item: Item) -> Iterator[str]:
    if item.type not in INTEGERS:
        yield f"a name for '{item.type}'; only fixed-width integers get one"


def opaque(model: Model, item: Item) -> Iterator[str]:
    target = model.named(item.type)
    if item.name != item.type and not (target and target.kind in ("opaque", "struct")):
        yield f"a name for 'struct {item.type}', which is not declared before"


RULES = {
    "unwanted": [unwanted],
    "define": [defects, names, words.brief, words.since, words.printable],
    "alias": [defects, names, alias, words.brief, words.since, words.printable],
    "opaque": [defects, names, opaque, words.brief, words.since, words.printable],
    "forward": [names, words.printable],
    "callback": [defects, names, signature, words.brief, words.since, words.parameters, words.result, words.printable],
    "enum": [defects, names, enum, words.brief, words.since, words.printable],
    "value": [names, value, words.brief, words.printable],
    "struct": [defects, names, struct, words.brief, words.since, words.printable],
    "field": [defects, names, field, words.brief, words.printable],
    "function": [defects, names, signature, outputs, callbacks, words.brief, words.since, words.parameters,
                 words.directions, words.ownership, words.threads, words.result, words.printable],
}
