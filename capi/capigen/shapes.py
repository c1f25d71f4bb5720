"""The parameter shapes that every binding treats alike: a callback with its data, bytes with their size, an output."""
from dataclasses import dataclass

from .model import INTEGERS, Item, Model, Param, Type


@dataclass
class Shape:
    kind: str                # callback, bytes, out or plain
    params: list[Param]

    @property
    def name(self) -> str:
        return self.params[0].name


def is_callback(model: Model, param: Param) -> bool:
    known = model.named(param.type)
    return bool(known and known.kind == "callback")


def is_integer(model: Model, type_: Type) -> bool:
    known = model.named(type_.base)
    return not type_.stars and (type_.base in INTEGERS or bool(known and known.kind == "alias"))


def is_handle(model: Model, type_: Type) -> bool:
    known = model.named(type_.base)
    return type_.stars == 1 and bool(known and known.kind == "opaque")


def is_bytes(params: list[Param]) -> bool:
    return [(p.type, p.name) for p in params[:2]] == [("const void *", "data"), ("size_t", "size")]


def shapes(model: Model, function: Item) -> list[Shape] | str:
    """The parameters in groups, or what is wrong with their callbacks."""
    found, rest = [], list(function.params)
    while rest:
        count, kind = 1, "plain"
        if is_callback(model, rest[0]) or rest[0].name in ("user_data", "on_free"):
            events = 0
            while events < len(rest) and is_event(model, rest[events]):
                events += 1
            tail = [(p.type, p.name) for p in rest[events:events + 2]]
            if not events or tail != [("void *", "user_data"), ("asy_free_cb", "on_free")]:
                return (f"'{rest[0].name}' is not part of an adjacent triple; write asy_<event>_cb on_<event>, "
                        "void *user_data, asy_free_cb on_free")
            count, kind = events + 2, "callback"
        elif is_bytes(rest):
            count, kind = 2, "bytes"
        elif rest[0].name.startswith("out_"):
            kind = "out"
        found.append(Shape(kind, rest[:count]))
        del rest[:count]
    return found


def is_event(model: Model, param: Param) -> bool:
    return is_callback(model, param) and param.name.startswith("on_") and param.name != "on_free"
