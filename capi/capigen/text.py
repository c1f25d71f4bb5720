"""A Doxygen text: read from XML into plain data, printed as a comment again."""
import re
import textwrap
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

WIDTH = 100
PARAGRAPHS = ("ownership", "threads", "batch")          # @par titles
TAGS = ("note", "warning", "see", "deprecated", "since")
INLINE = {"computeroutput": "`%s`", "emphasis": "*%s*", "bold": "**%s**", "ref": "%s", "sp": " %s",
          "ndash": "--%s", "mdash": "---%s", "highlight": "%s", "ulink": "%s"}


@dataclass
class ParamText:
    name: str
    text: str
    direction: str = ""


@dataclass
class Text:
    brief: str = ""
    body: list[tuple[str, object]] = field(default_factory=list)   # ("p", text), ("code", text), ("list", texts)
    params: list[ParamText] = field(default_factory=list)
    returns: str = ""
    retvals: list[tuple[str, str]] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)            # keyed by PARAGRAPHS and TAGS
    unprintable: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.brief or self.body)


def squash(text: str) -> str:
    """One space between words, and no '#' before a link: a header is read as plain text."""
    return re.sub(r"#(?=(asy|ASY)_)", "", re.sub(r"\s+", " ", text)).strip()


def read_text(node: ET.Element) -> Text:
    """The text of a memberdef, enumvalue or compounddef."""
    text = Text()
    text.brief = squash(inline(node.find("briefdescription"), text))
    for part in node.findall("detaileddescription/*"):
        if part.tag == "para":
            read_paragraph(part, text)
        else:
            text.unprintable.append(part.tag)
    return text


def read_paragraph(para: ET.Element, text: Text) -> None:
    """Flowing words and blocks, in their order."""
    words = para.text or ""

    def flush() -> None:
        nonlocal words
        if squash(words):
            text.body.append(("p", squash(words)))
        words = ""

    for node in para:
        reader = BLOCKS.get(node.tag)
        if reader:
            flush()
            reader(node, text)
            words = node.tail or ""
        else:
            words += inline_node(node, text) + (node.tail or "")
    flush()


def inline(node: ET.Element | None, text: Text) -> str:
    if node is None:
        return ""
    return (node.text or "") + "".join(inline_node(child, text) + (child.tail or "") for child in node)


def inline_node(node: ET.Element, text: Text) -> str:
    if node.tag == "para":
        return inline(node, text) + " "
    form = INLINE.get(node.tag)
    if form is None or (node.tag == "ulink" and node.get("url") != node.text):
        text.unprintable.append(node.tag)
        return ""
    return form % inline(node, text)


def read_code(node: ET.Element, text: Text) -> None:
    lines = [inline(line, text).rstrip() for line in node.iter("codeline")]
    text.body.append(("code", "\n".join(lines)))


def read_list(node: ET.Element, text: Text) -> None:
    text.body.append(("list", [squash(inline(entry, text)) for entry in node.findall("listitem")]))


def read_params(node: ET.Element, text: Text) -> None:
    for entry in node.findall("parameteritem"):
        name = entry.find("parameternamelist/parametername")
        words = squash(inline(entry.find("parameterdescription"), text))
        if node.get("kind") == "param":
            text.params.append(ParamText(name.text, words, name.get("direction", "").replace("inout", "in,out")))
        elif node.get("kind") == "retval":
            text.retvals.append((name.text, words))
        else:
            text.unprintable.append("@" + node.get("kind"))


def read_section(node: ET.Element, text: Text) -> None:
    kind = node.get("kind")
    words = squash(" ".join(inline(para, text) for para in node.findall("para")))
    if kind == "par":
        kind = squash(node.findtext("title") or "").lower()
        if kind not in PARAGRAPHS:
            text.unprintable.append("@par " + kind)
            return
    if kind == "return":
        text.returns = words
    elif kind in PARAGRAPHS + TAGS:
        text.notes[kind] = words
    else:
        text.unprintable.append("@" + kind)


def read_cross_reference(node: ET.Element, text: Text) -> None:
    title = squash(node.findtext("xreftitle") or "").lower()
    if title == "deprecated":
        text.notes[title] = squash(inline(node.find("xrefdescription"), text))
    else:
        text.unprintable.append("@" + title)


BLOCKS = {"programlisting": read_code, "itemizedlist": read_list, "parameterlist": read_params,
          "simplesect": read_section, "xrefsect": read_cross_reference}


def wrap(words: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """Lines of at most `width`; none but the first starts like an entry of a list."""
    words = re.sub(r" (?=([-+*]|\d+[.)]) )", "\0", words)
    lines = textwrap.wrap(words, width, initial_indent=first, break_long_words=False, break_on_hyphens=False,
                          subsequent_indent=" " * len(first) if rest is None else rest)
    return [line.replace("\0", " ") for line in lines]


def body_lines(text: Text, width: int) -> list[str]:
    """Brief and body as paragraphs."""
    out = wrap(text.brief, width)
    for kind, content in text.body:
        out.append("")
        if kind == "p":
            out += wrap(content, width)
        elif kind == "code":
            out += ["@code{.c}", *content.split("\n"), "@endcode"]
        else:
            out += [line for entry in content for line in wrap(entry, width, "- ")]
    return out


def comment(text: Text, indent: str = "") -> list[str]:
    """The Doxygen comment that reads as `text` again."""
    width = WIDTH - len(indent) - len(" * ")
    tags = []
    for param in text.params:
        direction = f"[{param.direction}]" if param.direction else ""
        tags += wrap(param.text, width, f"@param{direction} {param.name} ", "  ")
    if text.returns:
        tags += wrap(text.returns, width, "@return ", "  ")
    for name, words in text.retvals:
        tags += wrap(words, width, f"@retval {name} ", "  ")
    for title in PARAGRAPHS:
        if title in text.notes:
            tags += ["@par " + title.title(), *wrap(text.notes[title], width)]
    for tag in TAGS:
        if tag in text.notes:
            tags += wrap(text.notes[tag], width, f"@{tag} ", "  ")
    lines = body_lines(text, width) + ([""] + tags if tags else [])
    if len(lines) == 1 and len(lines[0]) <= width - len("/**  */") + len(" * "):
        return [f"{indent}/** {lines[0]} */"]
    return [indent + "/**", *((indent + " * " + line).rstrip() for line in lines), indent + " */"]
