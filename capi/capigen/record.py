"""The surface a release promises, as JSON, and what may change after it."""
import json
from collections.abc import Iterator

from .model import Item, Model, constant, declare


def surface(model: Model) -> dict:
    """Names with what must not change about them."""
    out: dict[str, object] = {}
    for item in model.items:
        if item.kind == "enum":
            out[item.name] = "enum"
            out.update((member.name, constant(member.value)) for member in item.members)
        elif item.kind == "struct":
            out[item.name] = [declare(member.type, member.name) + member.value for member in item.members]
        elif item.kind == "define":
            out[item.name] = item.value
        elif item.kind != "forward":
            out[item.name] = spelled(item)
    return out


def spelled(item: Item) -> str:
    if item.kind in ("alias", "opaque"):
        return f"{item.kind} {item.type}"
    return f"{item.kind} {item.type} ({', '.join(param.type for param in item.params)})"


def to_json(model: Model) -> str:
    return json.dumps(surface(model), indent=1, sort_keys=True) + "\n"


def broken_promises(old: dict, new: dict) -> Iterator[str]:
    for name, was in sorted(old.items()):
        now = new.get(name)
        if now is None:
            yield f"{name}: was released and is gone; keep it"
        elif isinstance(was, list) and name.endswith("_options"):
            if now[:len(was)] != was:
                yield f"{name}: a released options struct only grows at its end; it had {', '.join(was)}"
        elif now != was:
            yield f"{name}: was released as {was!r} and is now {now!r}; give the new thing a new name"
