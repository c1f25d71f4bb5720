"""Prints the linker's version script and Debian's symbols file."""
from .model import Model, release_order


def by_release(model: Model) -> dict[str, list[str]]:
    """Function names per release, oldest first."""
    found: dict[str, list[str]] = {}
    for function in model.functions():
        found.setdefault(function.release, []).append(function.name)
    return {release: sorted(found[release]) for release in sorted(found, key=release_order)}


def symbol_map(model: Model) -> str:
    out, previous = [], ""
    for release, names in by_release(model).items():
        out += [f"LIBASYNC_{release} {{", "  global:", *(f"    {name};" for name in names)]
        out += ["  local:", "    *;"] if not previous else []
        out += [f"}}{previous};", ""]
        previous = f" LIBASYNC_{release}"
    return "\n".join(out)


def debian_symbols(model: Model, soname: str) -> str:
    releases = by_release(model)
    nodes = [f" LIBASYNC_{release}@LIBASYNC_{release} {release}" for release in releases]
    names = sorted((name, release) for release, functions in releases.items() for name in functions)
    top = [f"libasync.so.{soname} libasync{soname} #MINVER#", "* Build-Depends-Package: libasync-dev"]
    return "\n".join([*top, *nodes, *(f" {name}@LIBASYNC_{release} {release}" for name, release in names), ""])
