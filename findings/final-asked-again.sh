#!/usr/bin/env bash
# A refusal that is final: 402 with x-should-retry: false, or 400. And for comparison 503. How many requests one call makes, with the most usual way
# of asking for a few repeats in each of two libraries, beside the client that both are built on:
#
#                                                            402   400   503
#   openai (Python) 3.57.0                                     1     1     3
#   langgraph 1.2.24, a node with RetryPolicy(), of
#     langchain-openai 1.7.4 or langchain-anthropic 1.7.10     3     3     9
#   litellm 1.110.2, completion(num_retries=2)                 3     3     5
#
# One would expect one request for what is final, and so one reads it in LangGraph, whose default_retry_on repeats 5xx alone; but it knows the status of
# httpx's and requests' errors only, and the SDKs have their own, which count as "any other exception". Its repeats multiply with those of the SDK
# below, so one answer of nine is waited for. LiteLLM repeats a request that was told to be wrong. No repeat of a refusal is charged, but each is a call at the gateway, and
# a breaker or a limit of requests sees nine users for one. retry_on of RetryPolicy has to name what passes.
# Needs Python 3.10 with venv. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile langgraph==1.2.24 langchain-openai==1.7.4 langchain-anthropic==1.7.10 openai==3.57.0
python3 -m venv lite
lite/bin/pip -q install --no-compile litellm==1.110.2 tenacity==9.2.1

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
        if status < 500:
            self.send_header("x-should-retry", "false")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # how often it was asked
        self.answer(200, str(asked.get(self.path.split("/")[1], 0)).encode())

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        _, caller, status = self.path.split("/")[:3]
        asked[caller + status] = asked.get(caller + status, 0) + 1
        error = {"message": "refused", "type": "invalid_request_error", "param": None, "code": None}
        self.answer(int(status), json.dumps({"type": "error", "error": error}).encode())


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.py <<'PY'
import sys, urllib.request
from typing import TypedDict

base = sys.argv[1]


def tried(caller, call):
    counts = []
    for status in ("402", "400", "503"):
        try:
            call(f"{base}/{caller}/{status}")
        except Exception:
            pass
        counts.append(urllib.request.urlopen(f"{base}/{caller}{status}").read().decode())
    print(caller, *counts, flush=True)


if sys.argv[2] == "lite":
    import litellm
    tried("litellm", lambda url: litellm.completion(
        model="openai/m", api_base=url + "/v1", api_key="k", num_retries=2, messages=[{"role": "user", "content": "go"}]))
    sys.exit()

from langchain_anthropic import ChatAnthropic
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy
from openai import OpenAI


class State(TypedDict):
    text: str


def graph(model):
    made = StateGraph(State)
    made.add_node("ask", lambda _: {"text": model.invoke("go").text}, retry_policy=RetryPolicy())
    made.add_edge(START, "ask")
    made.add_edge("ask", END)
    made.compile().invoke({"text": ""})


tried("openai", lambda url: OpenAI(base_url=url + "/v1", api_key="k").chat.completions.create(model="m", messages=[{"role": "user", "content": "go"}]))
tried("langgraph-openai", lambda url: graph(ChatOpenAI(model="m", base_url=url + "/v1", api_key="k")))
tried("langgraph-anthropic", lambda url: graph(ChatAnthropic(model="m", base_url=url, api_key="k", max_tokens=9)))
PY
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)"
{ py/bin/python reader.py "$base" graph; lite/bin/python reader.py "$base" lite | grep ^litellm; } 2> err | tee seen
cat > expected <<'TXT'
openai 1 1 3
langgraph-openai 3 3 9
langgraph-anthropic 3 3 9
litellm 3 3 5
TXT
diff expected seen && echo "as described"
