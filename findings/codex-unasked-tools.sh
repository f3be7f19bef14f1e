#!/usr/bin/env bash
# Codex CLI 0.171.0, headless (codex exec), with a provider of its own in config.toml (wire_api = "responses") and nothing else set:
#
#   tools of its first request: seven of type "function", one of type "namespace" (multi_agent_v1, five functions in it) and
#                               one of type "web_search"
#   with web_search="disabled": the same without "web_search"
#
# One would expect function tools alone at a provider that Codex knows nothing about: "web_search" runs at the provider and only
# OpenAI's has it, and "namespace" is no type that servers of the OpenAI dialect know. A server that refuses a tool of unknown type,
# as most do with 400, refuses every request of Codex before the user has typed a word.
# Needs Python 3.10 and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund @openai/codex@0.171.0

cat > stub.py <<'PY'
import http.server, json


def named(name, **data):
    return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"


SAID = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant",
        "content": [{"type": "output_text", "text": "done", "annotations": []}]}
ANSWER = {"id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "m", "output": [SAID],
          "usage": {"input_tokens": 5, "output_tokens": 1, "total_tokens": 6}}
STREAM = "".join([
    named("response.created", response=dict(ANSWER, status="in_progress", output=[])),
    named("response.output_item.done", output_index=0, item=SAID),
    named("response.completed", response=ANSWER)]).encode()


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(404)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with open("tools", "a") as out:
            out.write(json.dumps([[tool["type"], tool.get("name"), len(tool.get("tools", []))] for tool in asked["tools"]]) + "\n")
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(STREAM)))
        self.end_headers()
        self.wfile.write(STREAM)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
# told SETTING: the tools of a session's first request that are no functions, each with how many functions are in it.
told() {
  rm -rf home tools
  mkdir -p home/codex
  cat > home/codex/config.toml <<TOML
model = "gpt-5"
model_provider = "stub"
$1
[model_providers.stub]
name = "stub"
base_url = "http://127.0.0.1:$(cat port)/v1"
env_key = "STUB_KEY"
wire_api = "responses"
TOML
  env -i PATH="$PATH" HOME="$work/home" CODEX_HOME="$work/home/codex" LANG=C.UTF-8 STUB_KEY=any \
    node_modules/.bin/codex exec --skip-git-repo-check "say done" < /dev/null > out 2> err
  python3 -c 'import json; tools = json.loads(open("tools").readline()); print(len(tools), [t for t in tools if t[0] != "function"])'
}
usual=$(told "")
disabled=$(told 'web_search = "disabled"')
echo "as it comes:        $usual"
echo "search disabled:    $disabled"
[ "$usual" = "9 [['namespace', 'multi_agent_v1', 5], ['web_search', None, 0]]" ] \
  && [ "$disabled" = "8 [['namespace', 'multi_agent_v1', 5]]" ] || { echo "Something changed."; exit 1; }
echo "as described"
