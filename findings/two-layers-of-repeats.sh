#!/usr/bin/env bash
# LlamaIndex's client for OpenAI (llama-index-llms-openai 0.8.3) with nothing set but address and key, max_retries is 3, at a server that answers 503
# or 429 each time. How many requests one question makes:
#
#   complete, chat                       12
#   stream_complete, stream_chat          4
#   the same with max_retries=0           1
#
# One would expect four, for max_retries is three, and so it is of a stream. Of a whole answer LlamaIndex tries three times by itself (tenacity), and each try
# is four of the SDK's below, so one question is twelve calls, at a provider in trouble. max_retries of 1 makes 2, of 2 makes 6, of 10 makes 110.
# Needs Python 3.10 with venv. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile llama-index-llms-openai==0.8.3

cat > stub.py <<'PY'
import http.server, json

asked = {}


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("retry-after-ms", "1")  # or they wait for half a minute
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # how often it was asked
        self.answer(200, str(asked.get(self.path.split("/")[1], 0)).encode())

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        _, caller, status = self.path.split("/")[:3]
        asked[caller] = asked.get(caller, 0) + 1
        self.answer(int(status), json.dumps({"error": {"message": "busy", "type": "server_error", "param": None, "code": None}}).encode())


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.py <<'PY'
import sys, urllib.request
from llama_index.core.llms import ChatMessage
from llama_index.llms.openai import OpenAI

base = sys.argv[1]
GO = [ChatMessage(role="user", content="go")]


def tried(name, status, call, **options):
    caller = f"{name}-{status}"
    try:
        call(OpenAI(model="gpt-4o-mini", api_base=f"{base}/{caller}/{status}/v1", api_key="k", **options))
    except Exception:
        pass
    print(caller, urllib.request.urlopen(f"{base}/{caller}").read().decode(), flush=True)


tried("complete", 503, lambda llm: llm.complete("go"))
tried("chat", 429, lambda llm: llm.chat(GO))
tried("stream_complete", 429, lambda llm: list(llm.stream_complete("go")))
tried("stream_chat", 503, lambda llm: list(llm.stream_chat(GO)))
tried("chat-none", 503, lambda llm: llm.chat(GO), max_retries=0)
tried("chat-one", 503, lambda llm: llm.chat(GO), max_retries=1)
tried("chat-two", 503, lambda llm: llm.chat(GO), max_retries=2)
PY
python3 stub.py 2> stub.err &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
py/bin/python reader.py "http://127.0.0.1:$(cat port)" 2> err | grep -- - | tee seen
cat > expected <<'TXT'
complete-503 12
chat-429 12
stream_complete-429 4
stream_chat-503 4
chat-none-503 1
chat-one-503 2
chat-two-503 6
TXT
diff expected seen && echo "as described"
