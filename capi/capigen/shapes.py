"""The parameter shapes that every binding treats alike.

  callback   asy_<event>_cb on_<event> (one or more), void *user_data, asy_free_cb on_free
  match      asy_<event>_cb on_<event>, void *user_data: names a registration that a _remove_ function looks for
  owned      void *anything, asy_free_cb on_free: memory handed over with what releases it
  bytes      const void *data, size_t size
  room       char *buffer, size_t size: a text that the call writes
  out        what the call fills
  plain      everything else
"""
from dataclasses import dataclass

from .model import INTEGERS, Item, Model, Param, Type


@dataclass
class Shape:
    kind: str
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


def is_room(params: list[Param]) -> bool:
    return [p.type for p in params[:2]] == ["char *", "size_t"] and params[1].name == "size"


def shapes(model: Model, function: Item) -> list[Shape] | str:
    """The parameters in groups, or what is wrong with their callbacks."""
    found, rest = [], list(function.params)
    while rest:
        kind, count = next_shape(model, function, rest)
        if not kind:
            return (f"'{rest[0].name}' is not part of an adjacent triple; write asy_<event>_cb on_<event>, "
                    "void *user_data, asy_free_cb on_free")
        found.append(Shape(kind, rest[:count]))
        del rest[:count]
    return found


def next_shape(model: Model, function: Item, rest: list[Param]) -> tuple[str, int]:
    """The kind of the first shape and how many parameters it has; no kind for a broken triple."""
    events = 0
    while events < len(rest) and is_event(model, rest[events]):
        events += 1
    tail = [(param.type, param.name) for param in rest[events:events + 2]]
    data, free = ("void *", "user_data"), ("asy_free_cb", "on_free")
    if events:
        if tail == [data, free]:
            return "callback", events + 2
        return ("match", events + 1) if tail[:1] == [data] and "_remove_" in function.name else ("", 0)
    if tail[0][0] == "void *" and tail[1:] == [free]:
        return "owned", 2
    if is_callback(model, rest[0]) or tail[0] == data:
        return "", 0
    if is_bytes(rest):
        return "bytes", 2
    if is_room(rest):
        return "room", 2
    return ("out" if rest[0].name.startswith("out_") else "plain"), 1


def is_event(model: Model, param: Param) -> bool:
    return is_callback(model, param) and param.name.startswith("on_") and param.name != "on_free"
