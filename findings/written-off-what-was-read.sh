#!/usr/bin/env bash
# A chat completion with 1000 tokens in, of them 800 read from the cache and 190 written to it, so 10 that were neither: the usual turn of an agent, whose prompt is
# the last one and a little more. What two readers make of it:
#
#   ai 7.0.173 (@ai-sdk/openai 4.0.118)     10 not cached, 800 read, 190 written
#   @mariozechner/pi-coding-agent 0.73.1   200 not cached, 610 read, 190 written
#
# One would expect OpenAI's counts as they stand, cached_tokens and cache_write_tokens, beside each other. pi takes the second off the first, for one
# provider that was seen to have what it writes in both, and calls what is left over not cached. So it shows 20 times what was sent uncached, at ten times the price of a
# read, on each turn that writes; the sum of the tokens is right, and so nothing looks wrong. At 2 dollars a million, a tenth to read and 1.25 times to write, it is 1.52 times the bill.
# Needs Python 3.10 and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund @mariozechner/pi-coding-agent@0.73.1 ai@7.0.173 @ai-sdk/openai@4.0.118

cat > stub.py <<'PY'
import http.server, json

USAGE = {"prompt_tokens": 1000, "completion_tokens": 0, "total_tokens": 1000, "prompt_tokens_details": {"cached_tokens": 800, "cache_write_tokens": 190}}


def chunk(choices, usage=None):
    return "data: " + json.dumps({
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, "usage": usage}) + "\n\n"


STREAM = (chunk([{"index": 0, "delta": {"role": "assistant", "content": "done"}, "finish_reason": None}])
          + chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}]) + chunk([], USAGE) + "data: [DONE]\n\n").encode()


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(STREAM)))
        self.end_headers()
        self.wfile.write(STREAM)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.mjs <<'JS'
import { createOpenAI } from "@ai-sdk/openai";
import { streamText } from "ai";
const result = streamText({ model: createOpenAI({ baseURL: process.argv[2], apiKey: "k" }).chat("m"), prompt: "go" });
await result.text;
const { noCacheTokens, cacheReadTokens, cacheWriteTokens } = (await result.usage).inputTokenDetails;
console.log("ai-sdk:", noCacheTokens, cacheReadTokens, cacheWriteTokens);
JS
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)/v1"
mkdir -p home/.pi/agent
cat > home/.pi/agent/models.json <<JSON
{"providers": {"stub": {"baseUrl": "$base", "api": "openai-completions", "apiKey": "k", "models": [{
  "id": "m", "name": "m", "reasoning": false, "input": ["text"], "contextWindow": 100000, "maxTokens": 4096,
  "cost": {"input": 2, "output": 8, "cacheRead": 0.2, "cacheWrite": 2.5}}]}}}
JSON
{
  node reader.mjs "$base"
  env -i PATH="$PATH" HOME="$work/home" LANG=C.UTF-8 PI_OFFLINE=1 \
    node_modules/.bin/pi -p --provider stub --model m --mode json "say done" < /dev/null > out
  python3 - <<'PY'
import json
usage = [json.loads(line) for line in open("out") if line.startswith('{"type":"turn_end"')][-1]["message"]["usage"]
print("pi:", usage["input"], usage["cacheRead"], usage["cacheWrite"], f"cost {usage['cost']['total'] * 1e6:.0f} millionths")
right = 10 * 2 + 800 * 0.2 + 190 * 2.5
print(f"by the counts told: {right:.0f} millionths, {usage['cost']['total'] * 1e6 / right:.2f} times")
PY
} 2> err | tee seen
cat > expected <<'TXT'
ai-sdk: 10 800 190
pi: 200 610 190 cost 997 millionths
by the counts told: 655 millionths, 1.52 times
TXT
diff expected seen && echo "as described"
