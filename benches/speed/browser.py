"""The least of a browser: keep-alive connections and cookies, with little work for the machine that is measured."""

import re
import socket
import urllib.parse

from machine import Failed

SESSION = "__Host-vestibule_session"
DEVICE = "__Host-vestibule_device"

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
FORM_TOKEN = re.compile(rb'name="form_token" value="([^"]+)"')
CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class Answer:
    def __init__(self, head, body, wire):
        self.head, self.body = head, body
        self.status = int(head[9:12])
        # Bytes that came in, headers and all.
        self.wire = wire

    @property
    def headers(self):
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    def header(self, wanted):
        return next((value for name, value in self.headers if name == wanted), None)

    def cookie(self, wanted):
        """The value that a cookie was set to; none, if it was not set or was taken away."""
        for name, value in self.headers:
            if name == "set-cookie" and value.startswith(wanted + "="):
                return value.split(";")[0].partition("=")[2] or None
        return None


class Connection:
    """One connection. What the server closes is opened anew."""

    def __init__(self, port, timeout=30):
        self.port, self.timeout, self.socket = port, timeout, None

    def close(self):
        if self.socket:
            self.socket.close()
            self.socket = None

    def get(self, path, cookies=None, headers=""):
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}{cookie_header(cookies)}\r\n".encode())

    def post(self, path, origin, fields, cookies=None):
        body = urllib.parse.urlencode(fields)
        return self.ask(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {origin}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            f"{cookie_header(cookies)}\r\n{body}".encode()
        )

    def post_as(self, token, path, origin, fields=None):
        """A form of a signed-in page, which says whose it is."""
        page = self.get("/logout", {SESSION: token})
        form_token = FORM_TOKEN.search(page.body)
        if not form_token:
            raise Failed(f"a signed-in page is answered with {page.status} and has no form token")
        fields = {"form_token": form_token[1].decode(), **(fields or {})}
        return self.post(path, origin, fields, {SESSION: token})

    def ask(self, request):
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=self.timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        came = bytearray()
        while (end := came.find(b"\r\n\r\n")) < 0:
            came += self.more()
        head = bytes(came[:end])
        length = LENGTH.search(head)
        whole = end + 4 + (int(length[1]) if length else 0)
        while len(came) < whole:
            came += self.more()
        if CLOSES.search(head):
            self.close()
        return Answer(head, bytes(came[end + 4 :]), len(came))

    def more(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise Failed("the server has closed the connection")
        return piece


def cookie_header(cookies):
    if not cookies:
        return ""
    return "Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()) + "\r\n"


class Person:
    """Somebody with an account and a browser of their own."""

    def __init__(self, email, password):
        self.email, self.password = email, password
        self.cookies = {}

    def sign_in(self, connection, origin):
        """Signs in with the known browser and without a session, and returns the new session's token."""
        known = {DEVICE: self.cookies[DEVICE]} if DEVICE in self.cookies else None
        answer = connection.post("/login", origin, {"email": self.email, "password": self.password}, known)
        token, before = answer.cookie(SESSION), self.cookies.get(SESSION)
        if answer.status != 303 or token is None or token == before:
            raise Failed(f"a sign-in was answered with {answer.status} and {'no ' if not token else 'an old '}session")
        self.cookies[SESSION] = token
        self.cookies[DEVICE] = answer.cookie(DEVICE) or self.cookies.get(DEVICE)
        return token
