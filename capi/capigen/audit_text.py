"""What the text above a declaration must say."""
import re
from collections.abc import Iterator

from .model import Item, Model, Type

DIRECTIONS = ("in", "out", "in,out")
OWNERSHIP = ("borrowed", "copied", "consumed", "or NULL")
THREADS = ("any", "the loop's", "before the loop runs")


def listed(words: tuple[str, ...]) -> str:
    quoted = [f"`{word}`" for word in words]
    return ", ".join(quoted[:-1]) + " or " + quoted[-1]


def brief(model: Model, item: Item) -> Iterator[str]:
    if not item.text.brief:
        yield "no text; write /** What it is. */ above it"


def since(model: Model, item: Item) -> Iterator[str]:
    if not re.fullmatch(r"\d+\.\d+", item.text.notes.get("since", "")):
        yield "no @since X.Y"


def printable(model: Model, item: Item) -> Iterator[str]:
    for element in dict.fromkeys(item.text.unprintable):
        yield (f"the text holds '{element}', which capigen cannot print; write paragraphs, '-' lists, `code`, @code "
               "and the tags of the other functions")


def parameters(model: Model, item: Item) -> Iterator[str]:
    described = [param.name for param in item.text.params]
    names = [param.name for param in item.params]
    if described != names and all(names):
        yield f"@param describes ({', '.join(described)}), the parameters are ({', '.join(names)})"
    for param in item.text.params:
        if not param.text:
            yield f"@param {param.name} has no text"


def directions(model: Model, item: Item) -> Iterator[str]:
    for param in item.text.params:
        if param.direction not in DIRECTIONS:
            yield f"@param {param.name} has no direction; write @param[in], [out] or [in,out]"


def ownership(model: Model, item: Item) -> Iterator[str]:
    """Whose the memory behind each pointer is. What is written to out_ is told by the paragraph Ownership, and
    user_data belongs to its triple."""
    types = {param.name: Type.parse(param.type) for param in item.params}
    for param in item.text.params:
        pointer = param.name in types and types[param.name].stars
        if pointer and param.direction != "out" and param.name != "user_data":
            if not any(re.search(rf"\b{word}\b", param.text) for word in OWNERSHIP):
                yield f"@param {param.name} does not say whose it is; write {listed(OWNERSHIP)}"
    if not item.text.notes.get("ownership"):
        yield "no @par Ownership; write what changes hands, or 'nothing changes hands'"


def threads(model: Model, item: Item) -> Iterator[str]:
    said = item.text.notes.get("threads", "")
    if not re.match("|".join(rf"{word}\b" for word in THREADS), said):
        yield f"@par Threads says '{said}'; begin with {listed(THREADS)}"


def result(model: Model, item: Item) -> Iterator[str]:
    if item.type != "void" and not item.text.returns:
        yield "no @return"
    if item.type == "void" and item.text.returns:
        yield "@return, but it returns nothing"
