"""The other end of a TLS connection, with the versions and cipher suites that a story allows it.

    tls_server.py handshake CHAIN VERSION CIPHERS         shakes hands and hangs up
    tls_server.py postgres CHAIN HOST:PORT                as PostgreSQL with TLS: what is inside goes on to a real server

Prints its port, then one line for each who comes: `tls VERSION SUITE`, `plain` for who begins without TLS, or `none WHY`
where no connection came about. Ends with its standard input.
"""

import os
import socket
import ssl
import sys
import threading

mode, chain = sys.argv[1:3]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(chain)
if mode == "handshake":
    version, ciphers = sys.argv[3:5]
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = getattr(ssl.TLSVersion, version)
    if ciphers != "-":
        context.set_ciphers(ciphers + ":@SECLEVEL=0")
SSL_REQUEST = bytes([0, 0, 0, 8, 4, 210, 22, 47])


def tell(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def copy(source, target):
    try:
        while part := source.recv(65536):
            target.sendall(part)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(client):
    try:
        if mode == "postgres":
            first = client.recv(8, socket.MSG_WAITALL)
            if first != SSL_REQUEST:
                return tell("plain")
            client.sendall(b"S")
        secured = context.wrap_socket(client, server_side=True)
    except (OSError, ssl.SSLError) as error:
        return tell(f"none {error}")
    tell(f"tls {secured.version()} {secured.cipher()[0]}")
    if mode == "handshake":
        return secured.close()
    host, port = sys.argv[3].rsplit(":", 1)
    # A socket of this kind may be read by one thread and written by another.
    server = socket.create_connection((host, int(port)))
    threading.Thread(target=copy, args=(server, secured), daemon=True).start()
    copy(secured, server)


def accept(listener):
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
tell(str(listener.getsockname()[1]))
threading.Thread(target=accept, args=(listener,), daemon=True).start()
while os.read(0, 4096):
    pass
