#!/usr/bin/env python3
"""test_server.py BUILD_DIR: the example server, as any HTTP client sees it."""

import http.client
import signal
import socket
import subprocess
import unittest

from support import BUILD, main, programs


class ServerTest(unittest.TestCase):
    def setUp(self):
        self.server = programs.Server(BUILD)
        host, port = self.server.__enter__().split(":")
        self.at = (host, int(port))

    def tearDown(self):
        self.server.__exit__()
        self.assertEqual(self.server.exit_status, 0)

    def raw(self, request, size=100_000):
        with socket.create_connection(self.at, 10) as client:
            client.sendall(request)
            answer = b""
            while piece := client.recv(size):
                answer += piece
        return answer

    def test_paths_on_one_connection(self):
        client = http.client.HTTPConnection(*self.at, timeout=10)
        for path, status, body in (
            ("/", 200, b"libasync example server\n"),
            ("/delay/1", 200, b"waited 1 ms\n"),
            ("/status/418", 418, b"status 418\n"),
            ("/delay/1/status/503", 503, b"status 503\n"),
            ("/bytes/100000", 200, b"x" * 100_000),
            ("/bytes/0", 200, b""),
            ("/status/204", 204, b""),
            ("/?query", 200, b"libasync example server\n"),
            ("/nothing", 404, b"not found\n"),
            ("/status/999", 404, b"not found\n"),
            ("/delay/x", 404, b"not found\n"),
            ("/delay/1x", 404, b"not found\n"),
            ("/delay/9999999999", 404, b"not found\n"),
        ):
            with self.subTest(path):
                client.request("GET", path)
                answer = client.getresponse()
                self.assertEqual((answer.status, answer.read()), (status, body))
                self.assertFalse(answer.will_close)
        client.close()

    def test_requests_in_one_piece_are_answered_in_order(self):
        answer = self.raw(b"GET /delay/20 HTTP/1.1\r\n\r\nGET /status/201 HTTP/1.1\r\nConnection: close\r\n\r\n")
        self.assertLess(answer.index(b"waited 20 ms"), answer.index(b"status 201"))

    def test_an_old_client_is_hung_up_on(self):
        self.assertTrue(self.raw(b"GET / HTTP/1.0\r\n\r\n").endswith(b"server\n"))

    def test_other_methods(self):
        self.assertTrue(self.raw(b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx").startswith(b"HTTP/1.1 405 "))

    def test_malformed_requests(self):
        for request in (b"nonsense\r\n\r\n", b" / HTTP/1.1\r\n\r\n", b"GET x HTTP/1.1\r\n\r\n", b"GET / HTTP/3\r\n\r\n",
                        b"\r\n\r\n", b"GET /\0 HTTP/1.1\r\n\r\n"):
            with self.subTest(request):
                self.assertTrue(self.raw(request).startswith(b"HTTP/1.1 400 "))

    def test_a_request_over_the_limit(self):
        with socket.create_connection(self.at, 10) as client:
            client.sendall(b"GET / HTTP/1.1\r\nLong: " + b"x" * 65_000)
            client.sendall(b"x" * 1_000)
            self.assertTrue(client.recv(1000).startswith(b"HTTP/1.1 400 "))

    def test_a_client_that_leaves(self):
        for request in (b"", b"GET / HT", b"GET /delay/10 HTTP/1.1\r\n\r\n", b"GET /bytes/9000000 HTTP/1.1\r\n\r\n"):
            with socket.create_connection(self.at, 10) as client:
                client.sendall(request)
        self.assertTrue(self.raw(b"GET / HTTP/1.0\r\n\r\n").endswith(b"server\n"))

    def test_stopping_does_not_wait_for_idle_clients_for_ever(self):
        with socket.create_connection(self.at, 10) as idle:
            self.server.process.send_signal(signal.SIGINT)
            self.assertEqual(self.server.process.wait(10), 0)
            try:
                self.assertEqual(idle.recv(1), b"")
            except ConnectionResetError:
                pass

    def test_usage(self):
        for arguments in (["x"], ["--port"], ["--port", "x"], ["--port", "65536"]):
            result = subprocess.run([self.server.program, *arguments], capture_output=True, text=True, timeout=10)
            self.assertEqual((result.returncode, result.stderr), (2, "usage: server [--port N]\n"))

    def test_a_taken_port_is_said(self):
        command = [self.server.program, "--port", str(self.at[1])]
        result = subprocess.run(command, capture_output=True, text=True, timeout=10)
        self.assertEqual(result.returncode, 1)
        self.assertTrue(result.stderr.startswith("server: "), result.stderr)


if __name__ == "__main__":
    main()
