#!/usr/bin/env bash
# Claude Code 2.1.332, headless, at a server that speaks messages and estimates the prompt when the stream begins, as one that translates for another
# provider has to: message_start says 1,000,000 tokens in. At its end message_delta says what was counted: 0 in, 1,000,000 read from the cache.
# The counts of message_delta are those of the whole message. What each reader has in the end, and its cost at the list price of claude-haiku-4-5:
#
#   @anthropic-ai/sdk 1.14.0                            0 in, 1000000 read: 0.10 dollars
#   Claude Code 2.1.332                                 1000000 in, 1000000 read: 1.10 dollars
#   Claude Code 2.1.332, the delta saying 1 for the 0   1 in, 1000000 read: 0.10 dollars
#
# One would expect the later count to hold in both, being one vendor's, and so it does but for 0: Claude Code takes it for "not told" and keeps the
# estimate, here eleven times what was spent. Whoever corrects a count down to nothing has to have it right in message_start.
# Needs Python 3.10 and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund @anthropic-ai/claude-code@2.1.332 @anthropic-ai/sdk@1.14.0

cat > stub.py <<'PY'
import http.server, json

MILLION = 1_000_000


def named(name, **data):
    return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"


def answer(model, counted):
    return "".join([
        named("message_start", message={"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [],
                                        "stop_reason": None, "stop_sequence": None,
                                        "usage": {"input_tokens": MILLION, "output_tokens": 0}}),
        named("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        named("content_block_delta", index=0, delta={"type": "text_delta", "text": "done"}),
        named("content_block_stop", index=0),
        named("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None},
              usage={"input_tokens": counted, "cache_read_input_tokens": MILLION, "output_tokens": 0}),
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
        body = answer(asked["model"], int(self.path.split("/")[1])).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.mjs <<'JS'
import Anthropic from "@anthropic-ai/sdk";
const { usage } = await new Anthropic({ baseURL: process.argv[2], apiKey: "k" }).messages
  .stream({ model: "claude-haiku-4-5", max_tokens: 9, messages: [{ role: "user", content: "say done" }] }).finalMessage();
console.log(`${usage.input_tokens} in, ${usage.cache_read_input_tokens} read`);
JS
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
mkdir home
# told COUNT: tokens in and read, and cost, as Claude Code reports them where the delta says COUNT.
told() {
  env -i PATH="$PATH" HOME="$work/home" LANG=C.UTF-8 ANTHROPIC_BASE_URL="http://127.0.0.1:$(cat port)/$1" ANTHROPIC_AUTH_TOKEN=any \
    ANTHROPIC_MODEL=claude-haiku-4-5 ANTHROPIC_SMALL_FAST_MODEL=claude-haiku-4-5 DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 \
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
    node_modules/.bin/claude -p "say done" --output-format json < /dev/null 2> err > out
  python3 - <<'PY'
import json
text = open("out").read()
told = json.loads(text[text.index("{\"duration" if "{\"duration" in text else "{\"type"):])
use = told["modelUsage"]["claude-haiku-4-5"]
print(f"{use['inputTokens']} in, {use['cacheReadInputTokens']} read, {told['total_cost_usd']:.2f} dollars")
PY
}
{
  echo "sdk, 0: $(node reader.mjs "http://127.0.0.1:$(cat port)/0")"
  echo "claude-code, 0: $(told 0)"
  echo "claude-code, 1: $(told 1)"
} | tee seen
cat > expected <<'TXT'
sdk, 0: 0 in, 1000000 read
claude-code, 0: 1000000 in, 1000000 read, 1.10 dollars
claude-code, 1: 1 in, 1000000 read, 0.10 dollars
TXT
diff expected seen && echo "as described"
