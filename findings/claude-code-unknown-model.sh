#!/usr/bin/env bash
# Claude Code 2.1.332, headless, pointed with ANTHROPIC_BASE_URL at a server that speaks messages, with a model it does not know
# ("gpt-4o-mini"), and for comparison with one it knows. The answer is valid and reports a million tokens in, a million out.
#
#   known, claude-haiku-4-5   total_cost_usd 6 (1 in, 5 out: the list price), costBasis "list", context window 200000
#   unknown, gpt-4o-mini      total_cost_usd 24 (4 in, 20 out: the price of no model asked for), costBasis "unknown", context window 1000000
#
# One would expect no cost, or none told, where no price is known. So what it shows as the session's cost behind a gateway is made up,
# 32 times the price of this model, and only modelUsage.costBasis says so; and it compacts a conversation for a window of a
# million tokens that the model need not have. What a call cost has to be asked of whoever knows.
# Needs Python 3.10 and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund @anthropic-ai/claude-code@2.1.332

cat > stub.py <<'PY'
import http.server, json

MILLION = 1_000_000


def named(name, **data):
    return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"


def answer(model):
    return "".join([
        named("message_start", message={"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [],
                                        "stop_reason": None, "stop_sequence": None,
                                        "usage": {"input_tokens": MILLION, "output_tokens": 1}}),
        named("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        named("content_block_delta", index=0, delta={"type": "text_delta", "text": "done"}),
        named("content_block_stop", index=0),
        named("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": MILLION}),
        named("message_stop")])


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.send_response(404)
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_HEAD

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        body = answer(asked["model"]).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
mkdir home
# told MODEL: cost, basis and window as Claude Code reports them.
told() {
  env -i PATH="$PATH" HOME="$work/home" LANG=C.UTF-8 ANTHROPIC_BASE_URL="http://127.0.0.1:$(cat port)" ANTHROPIC_AUTH_TOKEN=any \
    ANTHROPIC_MODEL="$1" ANTHROPIC_SMALL_FAST_MODEL="$1" DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 \
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
    node_modules/.bin/claude -p "say done" --output-format json < /dev/null 2> err > out
  python3 - "$1" <<'PY'
import json, sys
text = open("out").read()
told = json.loads(text[text.index("{\"duration" if "{\"duration" in text else "{\"type"):])
use = told["modelUsage"][sys.argv[1]]
print(f"{told['total_cost_usd']:g} {use['costBasis']} {use['contextWindow']}")
PY
}
known=$(told claude-haiku-4-5)
unknown=$(told gpt-4o-mini)
echo "known:   $known"
echo "unknown: $unknown"
[ "$known" = "6 list 200000" ] && [ "$unknown" = "24 unknown 1000000" ] || { echo "Something changed."; exit 1; }
echo "as described"
