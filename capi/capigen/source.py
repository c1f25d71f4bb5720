"""What Doxygen's XML does not tell: conditions, `typedef enum`, and on which line a text or a member stands."""
import pathlib
import re

from .model import EXPORT, Item

DIRECTIVE = re.compile(r"\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b\s*(.*)")
# What may stand under `#ifdef __cplusplus` in a header.
LINKAGE = re.compile(r'\s*(extern\s+"C"\s*\{|\})?\s*')


def without_comments(text: str) -> str:
    """The code on its own lines."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda match: re.sub(r"[^\n]", "", match[0]), text, flags=re.S)


class Source:
    """The lines of one file."""

    def __init__(self, root: pathlib.Path, name: str):
        self.name = name
        text = (root / name).read_text(encoding="utf-8")
        self.lines = text.splitlines()
        self.code = without_comments(text).splitlines()

    def problems(self) -> list[str]:
        found = list(self.conditional())
        if self.name.endswith(".h"):
            for number, line in enumerate(self.code, 1):
                if re.search(r"\btypedef\s+enum\b", line):
                    found.append(f"{self.name}:{number}: a typedef of an enum; write enum asy_<noun> {{...}} and pass "
                                 "its constants as int32_t or uint32_t")
        return found

    def conditional(self):
        """Declarations that exist only under a condition."""
        header = self.name.endswith(".h")
        open_ifs = []
        for number, line in enumerate(self.code, 1):
            directive = DIRECTIVE.match(line)
            if directive and directive[1].startswith("if"):
                guard = header and not open_ifs and directive[1] == "ifndef" and directive[2].strip().endswith("_H")
                open_ifs.append("guard" if guard else "condition")
            elif directive and directive[1] == "endif" and open_ifs:
                open_ifs.pop()
            elif "condition" in open_ifs and not directive:
                if EXPORT in line.split() or (header and not LINKAGE.fullmatch(line)):
                    yield (f"{self.name}:{number}: a declaration under a condition; the ABI is the same everywhere, so "
                           "declare it always and answer ASY_E_UNSUPPORTED where it cannot work")

    def place(self, item: Item) -> None:
        """Moves the members of an enum to their own lines."""
        for member in item.members:
            for number in range(item.line, len(self.lines) + 1):
                if re.search(rf"\b{re.escape(member.name)}\b", self.code[number - 1]):
                    member.line = number
                    break

    def brief_is_one_line(self, item: Item) -> bool:
        """Whether one line of the file holds the whole brief."""
        def plain(text: str) -> str:
            return re.sub(r"\W+", " ", text).strip()

        brief = plain(item.text.brief)
        return any(brief in plain(line) for line in self.lines)
