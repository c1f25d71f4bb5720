"""Runs Doxygen and reads its XML into a Model.

Doxygen 1.9.4 loses what stands between `#if` and `#endif`, `typedef enum`, the order across kinds and the parameters of
callbacks; source.py finds the first two in the source, the rest is put right here.
"""
import os
import pathlib
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

from .model import EXPORT, NOEXCEPT, Item, Model, Param, Section, tidy
from .text import read_text, squash

HEADERS = ("libasync/base/abi.h", "capi/types.h")
# The header's concepts come in the order of the core's floors.
FLOORS = ("base", "loop", "task", "sync", "io", "debug")


class Missing(Exception):
    """Something capigen needs is not there; the message says what to do."""


def sources(root: pathlib.Path) -> list[str]:
    """The files that hold the ABI, in the header's order."""
    def floor(path: pathlib.Path) -> int:
        homes = [n for n, name in enumerate(FLOORS) if list(root.glob(f"libasync/{name}/{path.stem}.?pp"))]
        return homes[0] if homes else len(FLOORS)

    for header in HEADERS:
        if not (root / header).exists():
            raise Missing(f"{header} is missing")
    concepts = sorted(root.glob("capi/*.cpp"), key=lambda path: (floor(path), path.stem))
    return [*HEADERS, *(path.relative_to(root).as_posix() for path in concepts)]


def run(root: pathlib.Path, files: list[str], out: str) -> tuple[Model, list[str]]:
    """The model of `files`, and Doxygen's warnings."""
    if not shutil.which("doxygen"):
        raise Missing("doxygen is not installed; Debian: apt-get install doxygen")
    settings = (pathlib.Path(__file__).parents[1] / "Doxyfile").read_text(encoding="utf-8")
    inputs = " ".join(f'"{name}"' for name in files)
    done = subprocess.run(["doxygen", "-"], input=f'{settings}\nINPUT = {inputs}\nOUTPUT_DIRECTORY = "{out}"\n',
                          cwd=root, env=dict(os.environ, LC_ALL="C"), capture_output=True, encoding="utf-8")
    if done.returncode:
        raise Missing("doxygen failed:\n" + done.stderr)
    # An include inside a function is code, and may be what is about to be generated.
    warnings = {line for line in done.stderr.replace(f"{root}/", "").splitlines() if "include file" not in line}
    return read_model(pathlib.Path(out) / "xml", files), sorted(warnings)


def read_model(xml: pathlib.Path, files: list[str]) -> Model:
    compounds = {}
    for entry in ET.parse(xml / "index.xml").getroot().findall("compound"):
        compound = ET.parse(xml / f"{entry.get('refid')}.xml").getroot().find("compounddef")
        compounds.setdefault(entry.get("kind"), []).append(compound)

    model = Model()
    for compound in compounds.get("file", []):
        model.sections.append(Section(compound.find("location").get("file"), read_text(compound)))
    model.sections.sort(key=lambda section: files.index(section.file))

    records = [c for kind in ("struct", "union", "class") for c in compounds.get(kind, []) if in_header(c)]
    structs = {flat(record.find("compoundname")): record for record in records}
    for record in records:
        if "::" not in flat(record.find("compoundname")):
            model.items.append(read_struct(record))
    for compound in compounds.get("file", []):
        for node in compound.iter("memberdef"):
            item = read_member(node, structs)
            if item:
                model.items.append(item)
    for compound in compounds.get("namespace", []):
        for node in compound.iter("memberdef"):
            if EXPORT in flat(node.find("type")).split():
                model.items.append(unwanted(node, f"{EXPORT} inside a namespace; put it into the extern \"C\" block"))
    join_typedefs(model)
    model.items.sort(key=lambda item: (files.index(item.file), item.line))
    return model


def join_typedefs(model: Model) -> None:
    """A struct's typedef stands before it (forward) or around it (body); only the first is an item of its own."""
    typedefs = {item.name: item for item in model.items if item.kind in ("forward", "body")}
    for struct in model.of_kind("struct"):
        typedef = typedefs.get(struct.name)
        if not typedef:
            struct.defects.append(f"no typedef; write typedef struct {struct.name} {{...}} {struct.name};")
        struct.type = "struct" if typedef and typedef.kind == "forward" else "typedef"
    model.items = [item for item in model.items if item.kind != "body"]


def flat(node: ET.Element | None) -> str:
    return squash("".join(node.itertext())) if node is not None else ""


def in_header(node: ET.Element) -> bool:
    return node.find("location").get("file").endswith(".h")


def new_item(kind: str, node: ET.Element, **more) -> Item:
    location = node.find("location")
    name = flat(node.find("name")) or flat(node.find("compoundname"))
    return Item(kind, name, location.get("file"), int(location.get("line")), read_text(node), **more)


def unwanted(node: ET.Element, what: str) -> Item:
    return new_item("unwanted", node, type=what)


def read_member(node: ET.Element, structs: dict) -> Item | None:
    """A memberdef of a file; None for what is not part of the ABI."""
    kind, name = node.get("kind"), flat(node.find("name"))
    if kind == "function":
        return read_function(node, name)
    if kind == "variable":
        exported = EXPORT in flat(node.find("type")).split() or name.startswith("asy_")
        if in_header(node) or (exported and node.get("static") == "no"):
            return unwanted(node, "a data symbol; give the value by a function")
        return None
    if not in_header(node):
        return None
    if kind == "define":
        return read_define(node, name)
    if kind == "enum":
        return read_enum(node)
    if kind == "typedef":
        return read_typedef(node, name, structs)
    return unwanted(node, f"a {kind}, which the header cannot hold")


def read_function(node: ET.Element, name: str) -> Item | None:
    words = flat(node.find("type")).split()
    if EXPORT not in words:
        if in_header(node):
            return unwanted(node, "a function in a header, inline or not; define it in capi/<concept>.cpp")
        if name.startswith("asy_") and node.get("static") == "no":
            return unwanted(node, f"no {EXPORT} before the function")
        return None
    arguments = flat(node.find("argsstring"))
    item = new_item("function", node, type=tidy(" ".join(word for word in words if word != EXPORT)))
    item.params = read_arguments(arguments)
    item.defects += [f"is {property_}; an exported function is neither inline nor static"
                     for property_ in ("inline", "static") if node.get(property_) == "yes"]
    if not arguments.endswith(NOEXCEPT):
        item.defects.append(f"no {NOEXCEPT} after the parameters")
    return item


def read_arguments(arguments: str) -> list[Param]:
    """`(asy_loop *loop, uint64_t delay_ns) ASY_NOEXCEPT` taken apart."""
    inside = arguments[arguments.index("(") + 1:arguments.rindex(")")]
    params = []
    for argument in re.split(r",(?![^(]*\))", inside):
        match = re.fullmatch(r"(.*?[\s*])(\w+)(\[.*\])?", argument.strip())
        if argument.strip() in ("", "void"):
            continue
        if match and "(" not in argument:
            params.append(Param(tidy(match[1]), match[2], match[3] or ""))
        else:
            params.append(Param(tidy(argument), ""))
    return params


def read_define(node: ET.Element, name: str) -> Item | None:
    body = squash((node.findtext("initializer") or "").replace("\\\n", " "))
    if (name.endswith("_H") and not body) or name.startswith("LIBASYNC_VERSION") or name in (EXPORT, NOEXCEPT):
        return None
    return new_item("define", node, value=body,
                    params=[Param("", flat(param)) for param in node.findall("param")])


def read_enum(node: ET.Element) -> Item:
    item = new_item("enum", node)
    if item.name.startswith("@"):
        return unwanted(node, "an enum without a name")
    for value in node.findall("enumvalue"):
        member = Item("value", flat(value.find("name")), item.file, item.line, read_text(value))
        member.value = flat(value.find("initializer")).removeprefix("=").strip()
        item.members.append(member)
    return item


def read_typedef(node: ET.Element, name: str, structs: dict) -> Item | None:
    type_ = flat(node.find("type"))
    if type_.endswith("(*"):
        return new_item("callback", node, type=tidy(type_[:-2]),
                        params=read_arguments(flat(node.find("argsstring"))[1:]))
    if type_.startswith("struct "):
        tag = type_.split()[1]
        kind = "opaque"
        if tag in structs and tag == name:
            kind = "body" if is_body_of(node, structs[tag]) else "forward"
        return new_item(kind, node, type=tag)
    if type_.startswith("enum "):
        return None      # source.py refuses it; Doxygen shows it only where the names differ
    if flat(node.find("argsstring")):
        return unwanted(node, "a function type; write a pointer: typedef void (*asy_event_cb)(...)")
    return new_item("alias", node, type=tidy(type_))


def is_body_of(typedef: ET.Element, struct: ET.Element) -> bool:
    """Whether `typedef struct x {...} x;` is one declaration."""
    place, body = typedef.find("location"), struct.find("location")
    return (place.get("file") == body.get("file")
            and int(body.get("bodystart")) <= int(place.get("line")) <= int(body.get("bodyend")))


def read_struct(record: ET.Element) -> Item:
    item = new_item("struct", record)
    if record.get("kind") != "struct":
        return unwanted(record, f"a {record.get('kind')}; write a struct")
    for node in record.iter("memberdef"):
        if node.get("kind") != "variable":
            item.defects.append(f"has the member '{flat(node.find('name'))}' that is no field")
            continue
        type_ = flat(node.find("type"))
        member = new_item("field", node, type=tidy(type_), value=flat(node.find("argsstring")))
        if "@" in member.type:
            item.defects.append("has an anonymous member; give its fields to the struct")
            continue
        if node.find("bitfield") is not None:
            member.defects.append("is a bit-field; write flags in a uint32_t")
        if type_.endswith("(*"):
            member.defects.append("is a bare function pointer; write a typedef asy_<event>_cb")
        if node.find("initializer") is not None:
            member.defects.append("has an initializer, which C does not know")
        item.members.append(member)
    return item
