#!/usr/bin/env python3
"""test_readme.py BUILD_DIR LANGUAGE: the language's program in the top README.md builds, runs, and does what is said."""

import os
import re
import shlex
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import BUILD, LANGUAGE, ROOT, main, programs

FENCE = {"c": "c", "cpp": "c++", "python": "python", "lua": "lua", "go": "go"}[LANGUAGE]
MODULE = "libasync.dev/async"


def run(argv, **more):
    result = subprocess.run([str(word) for word in argv], capture_output=True, text=True, timeout=240, **more)
    if result.returncode:
        raise AssertionError(f"{argv} ended with {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


class ReadmeTest(unittest.TestCase):
    def setUp(self):
        text = (ROOT / "README.md").read_text()
        blocks = re.findall(rf"^```{re.escape(FENCE)}\n(.*?)^```", text, flags=re.M | re.S)
        self.assertEqual(len(blocks), 1)
        self.source = blocks[0]
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.env = programs.environment(BUILD, PKG_CONFIG_PATH=str(BUILD / "pkgconfig"))

    def save(self, name):
        (self.folder / name).write_text(self.source)
        return self.folder / name

    def compiled(self, compiler, source, *flags):
        said = run(["pkg-config", "--cflags", "--libs", "libasync"], env=self.env)
        run([*shlex.split(compiler), "-Wall", "-Wextra", "-Werror", *flags, source, "-o", self.folder / "brew",
             *shlex.split(said)])
        return run([self.folder / "brew"])

    def c(self):
        return self.compiled(os.environ.get("CC") or "cc", self.save("brew.c"), "-std=c11")

    def cpp(self):
        return self.compiled(os.environ.get("CXX") or "c++", self.save("brew.cpp"), "-std=c++20")

    def python(self):
        return self.interpreted("python", "brew.py")

    def lua(self):
        said = self.interpreted("lua5.4", "brew.lua")
        self.assertEqual(said, self.interpreted("luajit", "brew.lua"))
        return said

    def interpreted(self, variant, name):
        (interpreter, _), env = programs.command(BUILD, variant, "tcpcheck")
        return run([interpreter, self.save(name)], env=env)

    def go(self):
        self.save("brew.go")
        go = [ROOT / "bindings/go/with", BUILD.resolve(), run([ROOT / "packaging/find-go"]).strip()]
        env = {**self.env, "GOPROXY": "off"}
        for arguments in (["mod", "init", "brew"], ["mod", "edit", "-require", f"{MODULE}@v0.0.0"],
                          ["mod", "edit", "-replace", f"{MODULE}={ROOT / 'bindings/go'}"], ["build", "-o", "brew", "."]):
            run([*go, *arguments], env=env, cwd=self.folder)
        return run([self.folder / "brew"])

    def test_it_does_what_is_said(self):
        self.assertEqual(getattr(self, LANGUAGE)(), "coffee is ready\ntea is ready\n")

    def test_it_is_short(self):
        longest = 30 if LANGUAGE == "go" else 24  # Go's errors take their lines
        self.assertLessEqual(self.source.count("\n"), longest)


if __name__ == "__main__":
    main()
