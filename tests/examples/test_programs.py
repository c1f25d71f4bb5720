#!/usr/bin/env python3
"""test_programs.py BUILD_DIR LANGUAGE: tcpcheck and news of one language, what they print and how they end."""

import re
import signal
import socket
import subprocess
import unittest

from support import BUILD, LANGUAGE, main, programs


def setUpModule():
    global server, at
    server = programs.Server(BUILD)
    at = server.__enter__()


def tearDownModule():
    server.__exit__()
    if server.exit_status:
        raise AssertionError(f"the server ended with {server.exit_status}")


class Case(unittest.TestCase):
    variant = program = None

    def check(self, arguments, exit_status, lines, summary):
        """Runs to the end: every line once, in any order, the summary last, nothing on stderr."""
        result = programs.run(BUILD, self.variant, self.program, *arguments)
        self.assertEqual(result.stderr, "")
        self.assertEqual(programs.normal(result.stdout), sorted(lines) + [summary])
        self.assertEqual(result.returncode, exit_status)
        return result.stdout

    def refuses(self, arguments, message):
        result = programs.run(BUILD, self.variant, self.program, *arguments)
        self.assertEqual((result.stdout, result.stderr, result.returncode), ("", message + "\n", 2))

    def interrupt(self, arguments, first, summary):
        """Ctrl-C after the first line, which must be there by then."""
        argv, env = programs.command(BUILD, self.variant, self.program)
        pipe = subprocess.PIPE
        with subprocess.Popen([*argv, *arguments], env=env, stdout=pipe, stderr=pipe, text=True) as process:
            self.assertEqual(programs.normal(process.stdout.readline()), [first])
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=30)
        self.assertEqual(errors, "")
        self.assertEqual(programs.normal(output), [summary])
        self.assertEqual(process.returncode, 130)


class TcpCheck(Case):
    program = "tcpcheck"

    def test_all_open(self):
        host, port = at.split(":")
        targets = [at, f"localhost:{port}", at]
        summary = "3 open, 0 refused, 0 timeout, 0 unknown, 0 error; 3 of 3 probed in # ms"
        self.check(targets, 0, [f"open     {target}  # ms" for target in targets], summary)

    def test_every_outcome(self):
        refused, unknown = programs.refused(), f"{programs.unknown_host()}:80"
        with programs.Silence() as silent:
            lines = [f"open     {at}  # ms", f"refused  {refused}  # ms", f"unknown  {unknown}  # ms"]
            lines += [f"timeout  {silent}  # ms"]
            summary = "1 open, 1 refused, 1 timeout, 1 unknown, 0 error; 4 of 4 probed in # ms"
            output = self.check(["--deadline", "1", silent, unknown, at, refused], 1, lines, summary)
        self.assertIn("timeout", output.splitlines()[-2])  # in the order of their end

    @unittest.skipUnless(socket.has_ipv6, "no IPv6")
    def test_brackets_around_an_ipv6_address(self):
        try:
            listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
        except OSError:
            self.skipTest("no IPv6")
        with listener:
            target = f"[::1]:{listener.getsockname()[1]}"
            summary = "1 open, 0 refused, 0 timeout, 0 unknown, 0 error; 1 of 1 probed in # ms"
            self.check([target], 0, [f"open     {target}  # ms"], summary)

    def test_limit(self):
        with programs.Silence() as silent:
            arguments = ["--limit", "1", "--deadline", "0.1", silent, silent, silent]
            summary = "0 open, 0 refused, 3 timeout, 0 unknown, 0 error; 3 of 3 probed in # ms"
            output = self.check(arguments, 1, [f"timeout  {silent}  # ms"] * 3, summary)
        self.assertGreaterEqual(programs.took(output), 300)
        for line in output.splitlines()[:-1]:
            self.assertGreaterEqual(int(re.search(r"(\d+) ms", line)[1]), 100)  # the wait for a slot is not counted

    def test_interrupt(self):
        with programs.Silence() as silent:
            summary = "cancelled: 1 open, 0 refused, 0 timeout, 0 unknown, 0 error; 1 of 4 probed in # ms"
            self.interrupt(["--limit", "3", silent, at, silent, silent], f"open     {at}  # ms", summary)

    def test_usage(self):
        usage = "usage: tcpcheck [--limit N] [--deadline SECONDS] HOST:PORT..."
        self.refuses([], usage)
        self.refuses(["--nonsense", at], usage)
        for bad in ("x", "x:", ":80", "x:y", "x:70000", "x:0", "x:-1", "::1:80", "[]:80", "x:80 "):
            self.refuses([bad], f'tcpcheck: bad target "{bad}": want HOST:PORT')
        for bad in ("0", "-1", "x", ""):
            self.refuses(["--limit", bad, at], "tcpcheck: --limit wants a number above 0")
        self.refuses(["--deadline", "x", at], "tcpcheck: --deadline wants a number above 0")


class News(Case):
    program = "news"

    def test_all_good(self):
        urls = [f"http://{at}/", f"http://{at}/delay/50", f"http://{at}/bytes/200000"]
        lines = [f"200  {url}  {size} bytes  # ms" for url, size in zip(urls, (24, 13, 200000))]
        self.check(urls, 0, lines, "3 fetched, 0 failed, 0 late; 3 of 3 in # ms")

    def test_every_outcome(self):
        refused, unknown = f"http://{programs.refused()}/", f"http://{programs.unknown_host()}/"
        missing, slow = f"http://{at}/delay/20/status/404", f"http://{at}/delay/60000"
        lines = [
            f"404  {missing}  11 bytes  # ms",
            f"fail {refused}  couldn't connect to server  # ms",
            f"fail {unknown}  couldn't resolve host name  # ms",
            f"fail ftp://{at}/  unsupported protocol  # ms",
            f"late {slow}  # ms",
        ]
        urls = [slow, missing, refused, unknown, f"ftp://{at}/"]
        output = self.check(["--timeout", "1", *urls], 1, lines, "1 fetched, 3 failed, 1 late; 5 of 5 in # ms")
        self.assertIn("late", output.splitlines()[-2])  # in the order of their end

    def test_an_error_status_alone(self):
        url = f"http://{at}/status/500"
        self.check([url], 1, [f"500  {url}  11 bytes  # ms"], "1 fetched, 0 failed, 0 late; 1 of 1 in # ms")

    def test_limit(self):
        url = f"http://{at}/delay/100"
        lines = [f"200  {url}  14 bytes  # ms"] * 3
        output = self.check(["--limit", "1", url, url, url], 0, lines, "3 fetched, 0 failed, 0 late; 3 of 3 in # ms")
        self.assertGreaterEqual(programs.took(output), 300)

    def test_interrupt(self):
        urls = [f"http://{at}/delay/60000", f"http://{at}/status/404", f"http://{at}/delay/60000"]
        summary = "cancelled: 1 fetched, 0 failed, 0 late; 1 of 3 in # ms"
        self.interrupt(["--limit", "2", *urls], f"404  {urls[1]}  11 bytes  # ms", summary)

    def test_usage(self):
        self.refuses([], "usage: news [--limit N] [--timeout SECONDS] URL...")
        self.refuses(["--limit", "0", "http://x/"], "news: --limit wants a number above 0")
        self.refuses(["--timeout", "x", "http://x/"], "news: --timeout wants a number above 0")


def load_tests(loader, _, __):
    """Every test for every way the language is run."""
    suite = unittest.TestSuite()
    for variant in programs.variants(LANGUAGE):
        for case in (TcpCheck, News):
            name = f"{case.__name__}_{variant}"
            suite.addTests(loader.loadTestsFromTestCase(type(name, (case,), {"variant": variant})))
    return suite


if __name__ == "__main__":
    main()
