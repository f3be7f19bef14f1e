#!/usr/bin/env bash
# Codex CLI 0.171.0, headless (codex exec), at a provider of its own with stream_idle_timeout_ms = 2000 (300000 by default) and no retries. The
# answer takes 4 seconds after its first event, and the server shows every 0.2 seconds that it is still there.
#
#   by a comment (": still working")               "idle timeout waiting for SSE", the answer is lost
#   by an event that Codex has no use for, "keepalive"   the answer
#
# One would expect a connection on which bytes arrive five times a second not to be idle: comments are how the standard of server-sent events
# keeps a quiet stream open, and they do so for every proxy in between and for the readers of OpenAI's own SDKs. Codex counts the time between
# events. So a gateway's comments do not help a model that thinks for more than five minutes; Codex calls again, five times by default,
# and each call is paid for. Where that happens stream_idle_timeout_ms has to be raised.
# Needs Python 3.10 and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund @openai/codex@0.171.0

cat > stub.py <<'PY'
import http.server, json, time


def named(name, **data):
    return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"


SAID = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant",
        "content": [{"type": "output_text", "text": "done", "annotations": []}]}
ANSWER = {"id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "m", "output": [SAID],
          "usage": {"input_tokens": 5, "output_tokens": 1, "total_tokens": 6}}
SIGNS = {"comment": ": still working\n\n", "event": named("keepalive", sequence_number=1)}


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(404)
        self.send_header("content-length", "0")
        self.end_headers()

    def send(self, text):
        self.wfile.write(f"{len(text):x}\r\n{text}\r\n".encode())
        self.wfile.flush()

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            self.send(named("response.created", response=dict(ANSWER, status="in_progress", output=[])))
            for _ in range(20):
                time.sleep(0.2)
                self.send(SIGNS[self.path.split("/")[1]])
            self.send(named("response.output_item.done", output_index=0, item=SAID))
            self.send(named("response.completed", response=ANSWER))
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True  # it has left


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
# told SIGN: what Codex says in the end.
told() {
  rm -rf home
  mkdir -p home/codex
  cat > home/codex/config.toml <<TOML
model = "gpt-5"
model_provider = "stub"
[model_providers.stub]
name = "stub"
base_url = "http://127.0.0.1:$(cat port)/$1/v1"
env_key = "STUB_KEY"
wire_api = "responses"
stream_idle_timeout_ms = 2000
stream_max_retries = 0
request_max_retries = 0
TOML
  env -i PATH="$PATH" HOME="$work/home" CODEX_HOME="$work/home/codex" LANG=C.UTF-8 STUB_KEY=any \
    node_modules/.bin/codex exec --skip-git-repo-check "say done" < /dev/null > out 2> err || true
  if grep -q '^done$' out; then echo "done"; else grep -hoE 'stream disconnected before completion: .*' out err | head -1; fi
}
comment=$(told comment)
event=$(told event)
echo "comments: $comment"
echo "events:   $event"
[ "$comment" = "stream disconnected before completion: idle timeout waiting for SSE" ] && [ "$event" = "done" ] \
  || { echo "Something changed."; exit 1; }
echo "as described"
