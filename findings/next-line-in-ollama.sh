#!/usr/bin/env bash
# A streamed chat of Ollama's API, one JSON object a line, in whose text stands U+0085 (next line), as in text that came from a mainframe. JSON need
# not escape it and encoders that write UTF-8 do not; a line of JSON lines ends with LF alone. Expected of every reader: the whole text.
#
#   ollama (Python) 0.6.3   "start ", then JSONDecodeError: Unterminated string
#   ollama (Node) 0.6.4     the whole text
#
# The Python client has the body cut at everything Unicode calls a line break, and reads half an object. It asks nothing again, so the answer, and
# with it the counts in its last object, is lost by one character of the model's. The same for U+2028, where the server leaves that
# as it is. Whoever speaks this API to clients should escape both, \u0085 and \u2028.
# Needs Python 3.10 with venv and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install ollama==0.6.3
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund ollama@0.6.4

cat > stub.py <<'PY'
import http.server, json

MORE = {"raw": "two\u0085lines", "escaped": "two\u0085lines", "separator": "two\u2028lines"}


def part(text, **more):
    return dict({"model": "m", "created_at": "2026-11-01T00:00:00Z", "message": {"role": "assistant", "content": text}, "done": False}, **more)


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        parts = [part("start "), part(MORE[asked["model"]]), part("", done=True, done_reason="stop", prompt_eval_count=5, eval_count=9)]
        body = "".join(json.dumps(each, ensure_ascii=asked["model"] == "escaped") + "\n" for each in parts).encode()
        self.send_response(200)
        self.send_header("content-type", "application/x-ndjson")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.py <<'PY'
import sys
from ollama import Client

for model in ("raw", "separator", "escaped"):
    text, end = "", "no counts"
    try:
        for part in Client(host=sys.argv[1]).chat(model=model, messages=[{"role": "user", "content": "go"}], stream=True):
            text += part.message.content
            if part.done:
                end = f"{part.prompt_eval_count} in, {part.eval_count} out"
    except ValueError as e:
        end += ", " + type(e).__name__
    print("python", model, len(text), end)
PY
cat > reader.mjs <<'JS'
import { Ollama } from "ollama";
for (const model of ["raw", "separator", "escaped"]) {
  let text = "", end = "no counts";
  for await (const part of await new Ollama({ host: process.argv[2] }).chat({ model, messages: [{ role: "user", content: "go" }], stream: true })) {
    text += part.message.content;
    if (part.done) end = `${part.prompt_eval_count} in, ${part.eval_count} out`;
  }
  console.log("node", model, text.length, end);
}
JS
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)"
{ py/bin/python reader.py "$base"; node reader.mjs "$base"; } 2> err | tee seen
cat > expected <<'TXT'
python raw 6 no counts, JSONDecodeError
python separator 6 no counts, JSONDecodeError
python escaped 15 5 in, 9 out
node raw 15 5 in, 9 out
node separator 15 5 in, 9 out
node escaped 15 5 in, 9 out
TXT
diff expected seen && echo "as described"
