#!/usr/bin/env python3
"""An SMTP server for tests: the real aiosmtpd, that misbehaves as told.

It listens on 127.0.0.1, prints its port, and writes every message it accepts as one line of JSON. How it behaves stands in
a control file, read anew for every event, so that it can change while the server runs:

    {"do": "accept"}                            take everything
    {"do": "refuse"}                            421 instead of a greeting
    {"do": "fail_first", "count": 2}            451 for so many messages, then accept
    {"do": "reject", "address": "x@y"}          550 for that recipient
    {"do": "reject_message"}                    554 after DATA
    {"do": "stall"}                             take the message and never answer
    {"do": "close"}                             take the message and hang up without an answer
    {"do": "hold", "address": "x@y"}            keep that recipient's messages, and answer once told otherwise; an address
                                                that begins with @ stands for a whole domain
    {"do": "answer", "stage": "RCPT TO",        that answer at that step, of GREETING, EHLO, AUTH, MAIL FROM, RCPT TO, DATA
     "text": "554 5.7.1 no"}                    and END

It ends when its standard input does, so it never outlives the test that started it.
"""

import argparse
import asyncio
import email
import email.policy
import json
import logging
import pathlib
import ssl
import sys
import time
import warnings

from aiosmtpd.smtp import SMTP, AuthResult


class Script:
    """What the control file says, and how often it happened since it last changed."""

    def __init__(self, path):
        self.path = path
        self.text = None
        self.failed = 0

    def now(self):
        text = self.path.read_text()
        if text != self.text:
            self.text, self.failed = text, 0
        return json.loads(text)

    def answer_at(self, stage):
        told = self.now()
        return told["text"] if told["do"] == "answer" and told["stage"] == stage else None


class Server(SMTP):
    """aiosmtpd, which greets nobody when told to refuse."""

    script = None

    async def _handle_client(self):
        told = self.script.now()
        greeting = "421 not now" if told["do"] == "refuse" else self.script.answer_at("GREETING")
        if greeting:
            await self.push(greeting)
            self.transport.close()
            return
        await super()._handle_client()

    async def smtp_EHLO(self, hostname):
        await self.told_or("EHLO", super().smtp_EHLO, hostname)

    async def smtp_AUTH(self, arg):
        await self.told_or("AUTH", super().smtp_AUTH, arg)

    async def smtp_MAIL(self, arg):
        await self.told_or("MAIL FROM", super().smtp_MAIL, arg)

    async def smtp_RCPT(self, arg):
        await self.told_or("RCPT TO", super().smtp_RCPT, arg)

    async def smtp_DATA(self, arg):
        await self.told_or("DATA", super().smtp_DATA, arg)

    async def told_or(self, stage, otherwise, arg):
        answer = self.script.answer_at(stage)
        if answer:
            await self.push(answer)
        else:
            await otherwise(arg)


class Handler:
    def __init__(self, script, out):
        self.script = script
        self.out = out

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        told = self.script.now()
        if told["do"] == "reject" and told["address"].lower() == address.lower():
            return f"550 5.1.1 <{address}>: no such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        told = self.script.now()
        if told["do"] == "fail_first" and self.script.failed < told["count"]:
            self.script.failed += 1
            return "451 4.3.0 try again later"
        if told["do"] == "reject_message":
            return "554 5.6.0 not this one"
        if self.script.answer_at("END"):
            return told["text"]
        if told["do"] == "stall":
            await asyncio.Event().wait()
        if told["do"] == "close":
            server.transport.abort()
            return "451 never heard"
        self.write(server, session, envelope)
        while self.holds(envelope):
            await asyncio.sleep(0.02)
        self.out.with_name("answered").open("a").write(".")
        return "250 OK"

    def holds(self, envelope):
        told = self.script.now()
        return told["do"] == "hold" and any(to.endswith(told["address"]) for to in envelope.rcpt_tos)

    def write(self, server, session, envelope):
        raw = envelope.original_content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        versions = {}
        for kind in ("plain", "html"):
            body = message.get_body((kind,))
            versions[kind] = body.get_content() if body else ""
        line = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "raw": raw.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode(),
            "subject": str(message["subject"]),
            "text": versions["plain"].replace("\r\n", "\n"),
            "html": versions["html"],
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "user": session.auth_data,
            "at": int(time.time() * 1000),
        }
        with self.out.open("a") as out:
            out.write(json.dumps(line) + "\n")


async def until_stdin_ends():
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--control", type=pathlib.Path, required=True, help="the file that says what to do")
    parser.add_argument("--messages", type=pathlib.Path, required=True, help="the file that messages are added to")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--certificate", help="PEM: certificate and key")
    parser.add_argument("--tls", choices=["off", "starttls", "implicit"], default="off")
    parser.add_argument("--login", help="user:password that a client must give")
    options = parser.parse_args()
    # A login without TLS is what some tests are about.
    warnings.simplefilter("ignore")
    logging.getLogger("mail.log").setLevel(logging.ERROR)

    script = Script(options.control)
    handler = Handler(script, options.messages)
    Server.script = script
    context = None
    if options.tls != "off":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)

    def authenticator(server, session, envelope, mechanism, data):
        given = f"{data.login.decode()}:{data.password.decode()}"
        if given != options.login:
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True, auth_data=data.login.decode())

    def connection():
        return Server(
            handler,
            enable_SMTPUTF8=True,
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
            authenticator=authenticator if options.login else None,
            auth_required=bool(options.login),
            auth_require_tls=False,
        )

    implicit = context if options.tls == "implicit" else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", options.port, ssl=implicit)
    print(server.sockets[0].getsockname()[1], flush=True)
    await until_stdin_ends()


if __name__ == "__main__":
    asyncio.run(main())
