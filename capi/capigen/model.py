"""The C ABI as plain data: what doxygen.py reads and every other module uses."""
import re
from dataclasses import dataclass, field

from .text import Text

EXPORT, NOEXCEPT = "ASY_API", "ASY_NOEXCEPT"

# Size in bytes where pointers and long have 64 bits.
INTEGERS = {"int8_t": 1, "uint8_t": 1, "int16_t": 2, "uint16_t": 2, "int32_t": 4, "uint32_t": 4,
            "int64_t": 8, "uint64_t": 8, "size_t": 8, "uintptr_t": 8, "intptr_t": 8}
POINTER = 8


@dataclass
class Param:
    type: str
    name: str
    array: str = ""          # "[3]", which no parameter may have


@dataclass
class Item:
    """A declaration; `kind` is one of define, enum, value, alias, opaque, forward, callback, struct, field, function,
    or unwanted (something the header cannot hold; `type` says what)."""
    kind: str
    name: str
    file: str
    line: int
    text: Text = field(default_factory=Text)
    type: str = ""           # of a function: the result; of an opaque type: the tag; of a struct: typedef or struct
    params: list[Param] = field(default_factory=list)
    members: list["Item"] = field(default_factory=list)
    value: str = ""          # a macro's body, an enum member's value, a field's "[6]"
    defects: list[str] = field(default_factory=list)   # what Doxygen saw and the header would lose

    @property
    def release(self) -> str:
        """The X.Y that it appeared in."""
        since = self.text.notes.get("since", "")
        return since if re.fullmatch(r"\d+\.\d+", since) else "0.0"


@dataclass
class Section:
    """A source file: its brief heads its part of the header."""
    file: str
    text: Text


@dataclass
class Model:
    sections: list[Section] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)    # in the header's order

    def of_kind(self, *kinds: str) -> list[Item]:
        return [item for item in self.items if item.kind in kinds]

    def named(self, name: str) -> Item | None:
        """The type of that name; a struct rather than its forward declaration."""
        found = [i for i in self.items if i.name == name and i.kind not in ("function", "define")]
        return next((i for i in found if i.kind != "forward"), found[0] if found else None)

    def functions(self) -> list[Item]:
        return self.of_kind("function")


@dataclass(frozen=True)
class Type:
    """`const asy_future *const *` is base asy_future, stars 2, const."""
    base: str
    stars: int
    const: bool              # what is pointed to, or the value, is const

    @staticmethod
    def parse(spelled: str) -> "Type":
        words = re.findall(r"\w+|\*|\S", spelled)
        stars = words.count("*")
        before_star = words[:words.index("*")] if stars else words
        base = " ".join(word for word in before_star if word != "const")
        return Type(base, stars, "const" in before_star)


def release_order(release: str) -> list[int]:
    return [int(number) for number in release.split(".")]


def tidy(spelled: str) -> str:
    """One spelling per type: `asy_future *const *`."""
    out = ""
    for word in re.findall(r"\w+|\.\.\.|\S", spelled):
        out += (" " if out and not out.endswith("*") else "") + word
    return out


def declare(spelled: str, name: str) -> str:
    return spelled + ("" if spelled.endswith("*") else " ") + name


def constant(value: str) -> int | None:
    """What an enum member's initializer says, if it is a plain number or one shifted."""
    number = r"-?(?:0[xX][0-9a-fA-F]+|\d+)"
    match = re.fullmatch(rf"\(?\s*({number})[uU]?\s*(?:<<\s*(\d+)\s*)?\)?", value)
    return int(match[1], 0) << int(match[2] or 0) if match else None


def layout(model: Model, struct: Item) -> tuple[int, int] | str:
    """Size and alignment of a struct without padding, or what is wrong with it."""
    offset = widest = 0
    for member in struct.members:
        measured = measure(model, member.type)
        if isinstance(measured, str):
            return f"field '{member.name}' {measured}"
        size, alignment = measured
        if offset % alignment:
            return (f"{alignment - offset % alignment} bytes of padding before field '{member.name}'; "
                    "reorder the fields or add a reserved one")
        count = re.fullmatch(r"\[(\d+)\]", member.value) if member.value else None
        if member.value and not count:
            return f"field '{member.name}' has the array size '{member.value}'; write one plain number"
        offset += size * (int(count[1]) if count else 1)
        widest = max(widest, alignment)
    if widest and offset % widest:
        return f"{widest - offset % widest} bytes of padding at the end; reorder the fields or add a reserved one"
    return offset, widest or 1


def measure(model: Model, spelled: str) -> tuple[int, int] | str:
    """Size and alignment of a field's type, or what is wrong with it."""
    type_ = Type.parse(spelled)
    if type_.stars:
        return POINTER, POINTER
    if type_.base in INTEGERS:
        return INTEGERS[type_.base], INTEGERS[type_.base]
    if type_.base == "double":
        return 8, 8
    known = model.named(type_.base)
    if known and known.kind == "alias":
        return measure(model, known.type)
    if known and known.kind == "callback":
        return POINTER, POINTER
    if known and known.kind == "struct":
        return layout(model, known)
    return f"has type '{spelled}'; write a fixed-width integer, a pointer, a callback or a struct of this header"
