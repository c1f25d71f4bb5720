#!/usr/bin/env python3
"""The reader of rules and tests, tried on small texts."""
import contextlib
import io
import pathlib
import re
import tempfile
import unittest

import rules

HERE = pathlib.Path(__file__).resolve().parent


def named(suffix, *lines):
    return [rule for _, rule in rules.named("\n".join(lines), suffix)]


class Names(unittest.TestCase):
    def test_c_behind_the_opening_line_and_directly_above(self):
        self.assertEqual(named(".c", "static void test_a(void **state) { /* SYNC-03 TG-07 */"), ["SYNC-03", "TG-07"])
        self.assertEqual(named(".c", "/* LOOP-01,", " * LOOP-02 */", "// Q-01", "static void test_a(void **state) {"),
                         ["Q-01", "LOOP-02", "LOOP-01"])

    def test_c_not_elsewhere(self):
        self.assertEqual(named(".c", "/* LOOP-01 */", "", "static void test_a(void **state) {", "  /* LOOP-02 */",
                               "  int x; /* LOOP-03 */", "}", "/* LOOP-04 */", "static void helper(void) {"), [])
        self.assertEqual(named(".c", "int x; /* LOOP-03 */", "static void test_a(void **state) {"), [])
        self.assertEqual(named(".c", "static void test_a(void **state); /* LOOP-03 */",
                               "  cmocka_unit_test(test_a), /* LOOP-04 */"), [])

    def test_cpp_coroutines(self):
        self.assertEqual(named(".cpp", "static asy::task<std::vector<int>> test_a(asy::loop &loop) {  // TASK-01"),
                         ["TASK-01"])

    def test_python(self):
        self.assertEqual(named(".py", "    # FUT-01", "    @decorated(1)", "    async def test_a(self):  # FUT-02"),
                         ["FUT-01", "FUT-02"])

    def test_lua(self):
        self.assertEqual(named(".lua", "-- FUT-01", "local function test_a()"), ["FUT-01"])
        self.assertEqual(named(".lua", "--[[ FUT-01", "FUT-02 ]]", "function T.test_a()"), ["FUT-02", "FUT-01"])
        self.assertEqual(named(".lua", "test('a b', function() -- FUT-03", "tests.test_a = function() -- FUT-04"),
                         ["FUT-03", "FUT-04"])

    def test_go(self):
        self.assertEqual(named(".go", "// TestA is so. TG-01", "func TestA(t *testing.T) { // TG-02"),
                         ["TG-01", "TG-02"])

    def test_what_only_looks_like_an_id(self):
        self.assertEqual(named(".c", "static void test_a(void **s) { /* UTF-16 X-LOOP-01 LOOP-011 */"), [])


class Table(unittest.TestCase):
    text = (HERE / "rules.tsv").read_text(encoding="utf-8")

    def problems(self, old, new):
        self.assertIn(old, self.text)
        return rules.read_table(self.text.replace(old, new, 1))[1]

    def test_is_whole(self):
        table, problems = rules.read_table(self.text)
        self.assertEqual((len(table), problems), (430, []))

    def test_missing_rule_title_or_reason(self):
        line = next(line for line in self.text.splitlines() if line.startswith("LOOP-02\t"))
        self.assertIn("LOOP-02 is missing", self.problems(line + "\n", "")[0])
        self.assertTrue(self.problems(line, "LOOP-02\t" + "\t-" * 5))
        self.assertTrue(self.problems(line, line + "x"))
        self.assertTrue(self.problems(line, "LOOP-02\tqueue\tinherited" + "\t-" * 4))
        self.assertTrue(self.problems(line, "LOOP-02\tqueue\t-\tn/a:" + "\t-" * 3))
        self.assertTrue(self.problems(line, line + "\n" + line))
        self.assertEqual(self.problems(line, "LOOP-02\tqueue\t-\tn/a: no queue\tinherited\t-\t-"), [])


class Program(unittest.TestCase):
    def run_on(self, table, source):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "tests/rules").mkdir(parents=True)
            (root / "tests/lua").mkdir()
            (root / "tests/rules/rules.tsv").write_text(table, encoding="utf-8")
            (root / "tests/lua/test_a.lua").write_text(source, encoding="utf-8")
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = rules.main(root)
        return status, out.getvalue(), err.getvalue()

    def test_counts_in_the_last_line(self):
        unmarked = re.sub(r"\t(inherited|n/a: [^\t\n]*)", "\t-", Table.text)
        status, out, _ = self.run_on(unmarked, "function test_a() -- LOOP-01 LOOP-01 FUT-02\nend\n")
        self.assertEqual(status, 0)
        self.assertEqual(out.splitlines()[-1], "rules: C 0/430, C++ 0, Python 0, Lua 2, Go 0")

    def test_refuses_an_unknown_id(self):
        status, _, err = self.run_on(Table.text, "function test_a() -- LOOP-99\nend\n")
        self.assertEqual((status, err), (1, "tests/lua/test_a.lua:1: there is no rule LOOP-99\n"))

    def test_refuses_a_mark_that_a_test_contradicts(self):
        line = next(line for line in Table.text.splitlines() if line.startswith("LOOP-01\t"))
        marked = line.split("\t")
        marked[2 + rules.LANGUAGES.index("Lua")] = "inherited"
        status, _, err = self.run_on(Table.text.replace(line, "\t".join(marked)), "function test_a() -- LOOP-01\nend\n")
        self.assertEqual(status, 1)
        self.assertIn("LOOP-01 is 'inherited' in Lua, but a test proves it", err)


if __name__ == "__main__":
    unittest.main()
