"""The command itself: what it compares, writes, and promises to later releases."""
import os
import subprocess
import sys
import unittest

from fixture import ROOT, SLEEP, TEXT, Tree, function

GENERATED = ("capi/libasync.h", "capi/libasync.map", "capi/batch_ops.inc", "packaging/debian/libasync0.symbols",
             "bindings/python/docstrings.i", "bindings/python/_core.pyi", "bindings/lua/reasons.inc",
             "bindings/lua/library/libasync.lua")


class Check(Tree):
    def generate(self) -> None:
        status, said = self.capigen()
        self.assertEqual(status, 0, said)

    def test_what_was_generated_is_current(self):
        self.generate()
        self.assertEqual(self.capigen("--check"), (0, ""))

    def test_generating_again_writes_nothing(self):
        self.generate()
        self.assertEqual(self.capigen(), (0, ""))

    def test_each_stale_file_is_shown_with_the_command_that_fixes_it(self):
        for name in GENERATED:
            with self.subTest(name):
                self.put_code(SLEEP + function("void asy_future_sleep(asy_future *future)", "[in] future it; borrowed",
                                               returns="") +
                              function("asy_status asy_future_wake(asy_future *future)", "[in] future it; borrowed",
                                       returns="zero or negative", more="@retval ASY_E_STATE it does not sleep"))
                self.generate()
                self.put(name, self.get(name).replace("asy_sleep", "asy_snore").replace("sleep", "snore"))
                status, said = self.capigen("--check")
                self.assertEqual(status, 1)
                self.assertIn(f"--- {name}\n+++ {name} (generated)\n", said)
                self.assertRegex(said, r"(?m)^\+.*sleep")
                self.assertIn("to fix: ./dev gen", said)

    def test_check_writes_nothing(self):
        status, said = self.capigen("--check")
        self.assertEqual(status, 1)
        for name in GENERATED:
            self.assertFalse((self.root / name).exists(), name)

    def test_refusal_keeps_the_old_files(self):
        self.generate()
        self.put_code(SLEEP.replace(" * @since 0.1\n", "") + function("void asy_rest(void)", returns=""))
        before = {name: self.get(name) for name in GENERATED}
        status, said = self.capigen()
        self.assertEqual(status, 1)
        self.assertIn("capigen: 1 refused", said)
        self.assertEqual(before, {name: self.get(name) for name in GENERATED})

    def test_keep_going_writes_what_is_refused_too(self):
        self.put_code(SLEEP.replace(TEXT, "") + function("void asy_log(const char *form, ...)", returns=""))
        status, said = self.capigen("--keep-going")
        self.assertEqual(status, 1)
        self.assertIn("asy_sleep(", self.get("capi/libasync.h"))

    def test_text_that_reads_differently_in_the_header(self):
        self.put_code(SLEEP.replace("Finish after a delay.", "Finish after a delay.\n *\n * Not \\\\@since 0.7 here."))
        status, said = self.capigen()
        self.assertEqual(status, 1)
        self.assertIn("capi/libasync.h: asy_sleep: Doxygen reads the header differently from the source", said)

    def test_neither_folder_nor_locale_matters(self):
        self.generate()
        for locale in ("C", "C.UTF-8", "de_DE.UTF-8"):
            done = subprocess.run([sys.executable, ROOT / "capi/capigen.py", "--check", "--root", self.root], cwd="/",
                                  env=dict(os.environ, LC_ALL=locale, LANG=locale), capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_missing_input_is_named(self):
        (self.root / "capi/types.h").unlink()
        self.assertEqual(self.capigen(), (2, "capigen: capi/types.h is missing\n"))

    def test_version_missing_from_cmake(self):
        self.put("CMakeLists.txt", "project(libasync)\n")
        self.assertEqual(self.capigen(), (2, "capigen: CMakeLists.txt does not say project(libasync VERSION X.Y.Z)\n"))


class Release(Tree):
    def setUp(self):
        super().setUp()
        status, said = self.capigen("--release", "0.1")
        self.assertEqual(status, 0, said)

    def change(self, name: str, old: str, new: str) -> None:
        self.assertIn(old, self.get(name))
        self.put(name, self.get(name).replace(old, new))

    def refused(self, message: str) -> None:
        status, said = self.capigen("--check")
        self.assertEqual(status, 1)
        self.assertIn(message, said)

    def test_additions_are_fine(self):
        self.put_code(SLEEP + function("void asy_rest(void)", returns="").replace("@since 0.1", "@since 0.2"))
        self.change("capi/types.h", "uint64_t flags;", "uint64_t flags;\n  /** More. */\n  void *more;")
        self.assertEqual(self.capigen()[0], 0)
        self.assertEqual(self.capigen("--check"), (0, ""))

    def test_removed_function(self):
        self.put_code(function("void asy_rest(void)", returns=""))
        self.refused("capi/abi/0.1.json: asy_sleep: was released and is gone; keep it")

    def test_changed_signature(self):
        self.put_code(SLEEP.replace("uint64_t delay_ns", "uint32_t delay_ns"))
        self.refused("asy_sleep: was released as")

    def test_changed_constant(self):
        self.change("libasync/base/abi.h", "ASY_E_CANCELLED = -1", "ASY_E_CANCELLED = -2")
        self.refused("ASY_E_CANCELLED: was released as -1 and is now -2")

    def test_options_that_grow_in_the_middle(self):
        self.change("capi/types.h", "  /** Zero. */", "  /** More. */\n  void *more;\n  /** Zero. */")
        self.refused("asy_loop_options: a released options struct only grows at its end")

    def test_other_structs_stay(self):
        self.change("libasync/base/abi.h", "uint64_t bits;", "uint64_t bits;\n  /** More. */\n  void *more;")
        self.refused("asy_value: was released as")

    def test_an_operation_stays_one(self):
        self.put_code(SLEEP.replace(" * @since", " * @par Batch\n * never: no\n * @since"))
        self.refused("ASY_OP_SLEEP: was released and is gone")


if __name__ == "__main__":
    unittest.main()
