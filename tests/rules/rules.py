#!/usr/bin/env python3
"""Which rule is proved by a test, area by language.

A test proves the rules named in the comment directly above its function or at the end of the line that opens it:

    static void test_newcomer_cannot_overtake_a_woken_waiter(void **state) { /* SYNC-03 */

rules.tsv lists every rule once, with what holds where no test can or need prove it. Prints the table; fails where the
table is damaged, a test names no rule there is, or a test proves what the table declares not to be proved.
"""
import collections
import pathlib
import re
import sys

LANGUAGES = ("C", "C++", "Python", "Lua", "Go")
AREAS = {
    "LOOP": 27, "HND": 11, "CORO": 13, "FUT": 19, "TASK": 34, "RUN": 12, "COMB": 28, "TG": 18, "SYNC": 27, "Q": 13,
    "STRM": 22, "SRV": 16, "TRN": 33, "TLS": 16, "SF": 7, "SOCK": 10, "DNS": 5, "SIG": 7, "PROC": 13, "THR": 11,
    "AGEN": 11, "CTX": 8, "DBG": 10, "INTR": 7, "EXC": 11, "TEST": 10, "EXT": 9, "ECO": 22,
}
NOT_IDS = {"UTF", "ISO", "SHA", "RFC"}  # words that look like an id and are none
ID = re.compile(r"(?<![\w-])([A-Z]{1,5})-(\d\d)(?![\w-])")

# Where tests live: language, folder, patterns. The core's own tests count as C's: they prove what C stands on.
SOURCES = (
    ("C", "tests", ("*.c",)),
    ("C", "tests/core", ("*.cpp", "*.c")),
    ("C", "tests/faults", ("*.cpp", "*.c")),
    ("C", "tests/patterns", ("*.c",)),
    ("C", "tests/tree", ("*.c",)),
    ("C++", "tests/cpp", ("**/*.cpp",)),
    ("Python", "tests/python", ("**/*.py",)),
    ("Lua", "tests/lua", ("**/*.lua",)),
    ("Go", "tests/tree/go", ("*_test.go",)),
    ("Go", "bindings/go", ("**/*_test.go",)),
    ("Go", "examples/go", ("**/*_test.go",)),
)


class Syntax:
    """How a language opens a test function and writes comments."""

    def __init__(self, opening, line, block=None, skip=None):
        self.opening = re.compile(opening)
        self.line, self.block = line, block
        self.skip = re.compile(skip) if skip else None

    def above(self, lines, index):
        """The comment directly above lines[index], whole blocks included."""
        found = []
        index -= 1
        while index >= 0:
            text = lines[index].strip()
            if self.skip and self.skip.match(text):
                pass
            elif text.startswith(self.line) and not (self.block and text.startswith(self.block[0])):
                found.append(text)
            elif self.block and text.endswith(self.block[1]):
                while index >= 0 and self.block[0] not in lines[index]:
                    found.append(lines[index])
                    index -= 1
                if index < 0 or not lines[index].strip().startswith(self.block[0]):
                    break  # code with a comment at its end: not ours
                found.append(lines[index])
            else:
                break
            index -= 1
        return "\n".join(found)

    def behind(self, text):
        """The comment at the end of a line of code."""
        marks = [self.line] + ([self.block[0]] if self.block else [])
        places = [text.find(mark) for mark in marks if mark in text]
        return text[min(places):] if places else ""


C_LIKE = Syntax(r"^(?!.*;\s*(/[/*].*)?$)[A-Za-z_][\w\s:<>,*&\[\]]*\btest_\w+\s*\(", "//", ("/*", "*/"),
                r"^(template\s*<.*>|\[\[.*\]\])$")
SYNTAX = {
    ".c": C_LIKE,
    ".cpp": C_LIKE,
    ".go": Syntax(r"^func\s+(\([^)]*\)\s*)?(Test|Fuzz|Example)\w*\s*\(|^\s+t\.Run\(", "//", ("/*", "*/")),
    ".py": Syntax(r"^\s*(async\s+)?def\s+test_\w+\s*\(", "#", None, r"^@"),
    ".lua": Syntax(r"^\s*(local\s+)?function\s+[\w.:]*test\w*[\w.:]*\s*\(|"
                   r"^\s*[\w.:]*\btest\w*\s*\(\s*[\"'].*\bfunction\b|"
                   r"^\s*[\w.]*\btest\w*[\w.\[\]\"']*\s*=\s*[\w.(]*\s*function\b", "--", ("--[[", "]]")),
}


def read_table(text):
    """rules.tsv as {id: (title, {language: mark})}, and what is wrong with it."""
    rules, problems = {}, []
    lines = text.splitlines()
    if not lines or lines[0].split("\t") != ["id", "title", *LANGUAGES]:
        problems.append("rules.tsv: the first line must name the columns: id, title, " + ", ".join(LANGUAGES))
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != 2 + len(LANGUAGES) or not cells[1].strip():
            problems.append(f"rules.tsv:{number}: needs an id, a title and {len(LANGUAGES)} languages")
            continue
        if cells[0] in rules:
            problems.append(f"rules.tsv:{number}: {cells[0]} stands twice")
        marks = dict(zip(LANGUAGES, cells[2:]))
        for language, mark in marks.items():
            inherited = mark == "inherited" and language != "C"
            if not (mark == "-" or inherited or re.fullmatch(r"n/a: \S.*", mark)):
                problems.append(f"rules.tsv:{number}: {language} is '{mark}', not '-', 'inherited' (a binding that adds "
                                "nothing) or 'n/a: <reason>'")
        rules[cells[0]] = (cells[1], marks)
    expected = {f"{area}-{n:02}" for area, count in AREAS.items() for n in range(1, count + 1)}
    problems += [f"rules.tsv: {rule} is missing" for rule in sorted(expected - rules.keys())]
    problems += [f"rules.tsv: {rule} is in no area's range" for rule in sorted(rules.keys() - expected)]
    return rules, problems


def named(text, suffix):
    """Every (line number, id) that a test of this source names."""
    syntax, lines = SYNTAX[suffix], text.splitlines()
    for index, line in enumerate(lines):
        if syntax.opening.match(line):
            comment = syntax.above(lines, index) + "\n" + syntax.behind(line)
            for area, digits in ID.findall(comment):
                if area not in NOT_IDS:
                    yield index + 1, f"{area}-{digits}"


def read_tests(root, rules):
    """{language: ids proved}, and the ids that do not exist."""
    proved, problems = {language: set() for language in LANGUAGES}, []
    for language, folder, patterns in SOURCES:
        for file in sorted({file for pattern in patterns for file in (root / folder).glob(pattern)}):
            for number, rule in named(file.read_text(encoding="utf-8"), file.suffix):
                if rule in rules:
                    proved[language].add(rule)
                else:
                    problems.append(f"{file.relative_to(root)}:{number}: there is no rule {rule}")
    return proved, problems


def contradictions(rules, proved):
    for language in LANGUAGES:
        for rule in sorted(proved[language] & rules.keys()):
            mark = rules[rule][1].get(language, "-")
            if mark != "-":
                yield f"rules.tsv: {rule} is '{mark}' in {language}, but a test proves it there: write '-'"


def table(rules, proved):
    """Per area and language: proved, and behind it what is inherited or not applicable."""
    rows = []
    for area, count in AREAS.items():
        ids = [rule for rule in rules if rule.rpartition("-")[0] == area]
        cells = []
        for language in LANGUAGES:
            marks = collections.Counter(rules[rule][1].get(language, "-").partition(":")[0] for rule in ids)
            cell = str(sum(rule in proved[language] for rule in ids))
            cell += f" +{marks['inherited']}i" if marks["inherited"] else ""
            cells.append(cell + (f" +{marks['n/a']}n" if marks["n/a"] else ""))
        rows.append((area, str(count), *cells))
    header = ("area", "rules", *LANGUAGES)
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = ["  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                       for i, (cell, width) in enumerate(zip(row, widths))) for row in [header, *rows]]
    counts = [f"{language} {len(proved[language])}" for language in LANGUAGES]
    counts[0] += f"/{len(rules)}"
    return "\n".join([*lines, "i: inherited from the core, n: not applicable", "rules: " + ", ".join(counts)])


def main(root):
    rules, problems = read_table((root / "tests/rules/rules.tsv").read_text(encoding="utf-8"))
    proved, unknown = read_tests(root, rules)
    problems += unknown + list(contradictions(rules, proved))
    for problem in problems:
        print(problem, file=sys.stderr)
    print(table(rules, proved), flush=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(__file__).resolve().parents[2]))
