#!/usr/bin/env bash
# tokenlens 1.3.1 tells what a call cost from the usage that AI SDK hands out, as its README has it ("Works great with the Vercel AI SDK out of the
# box"). One call of gpt-4.1, a million tokens in and 100,000 out; by tokenlens' own prices (2 in, 0.50 read from the cache, 8 out, dollars per
# million) it costs 2.80 with nothing cached, and 1.45 where 900,000 came from the cache.
#
#   nothing cached                                  2.80
#   900,000 cached, usage of ai 6.0.325   3.25: with the cache it is dearer than without
#   900,000 cached, usage of ai 7.0.173   2.80: the cache is not seen
#
# AI SDK's inputTokens has the cached ones in it. tokenlens charges all of it at the full price and then the cached once more at theirs; and in the
# seventh version, which tells them in inputTokenDetails alone, it finds none. For an agent whose prompts are nine tenths cached that
# is twice what is billed. What a call cost has to be asked of whoever booked it.
# Needs Python 3.10 and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund tokenlens@1.3.1 six@npm:ai@6.0.325 six-openai@npm:@ai-sdk/openai@3.0.141 seven@npm:ai@7.0.173 \
  seven-openai@npm:@ai-sdk/openai@4.0.118

cat > stub.py <<'PY'
import http.server, json


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps({
            "id": "c", "object": "chat.completion", "created": 1, "model": "gpt-4.1",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "done"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1_000_000, "completion_tokens": 100_000, "total_tokens": 1_100_000,
                      "prompt_tokens_details": {"cached_tokens": int(self.path.split("/")[1])}}}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.mjs <<'JS'
import * as six from "six";
import * as seven from "seven";
import * as sixOpenai from "six-openai";
import * as sevenOpenai from "seven-openai";
import { getTokenCosts } from "tokenlens";
async function cost(ai, openai, cached) {
  const model = openai.createOpenAI({ baseURL: `${process.argv[2]}/${cached}/v1`, apiKey: "k" }).chat("gpt-4.1");
  const { usage } = await ai.generateText({ model, prompt: "go" });
  const told = getTokenCosts({ modelId: "openai:gpt-4.1", usage });
  return `in ${told.inputUSD.toFixed(2)}, read ${(told.cacheReadUSD ?? 0).toFixed(2)}, out ${told.outputUSD.toFixed(2)}: ${told.totalUSD.toFixed(2)}`;
}
console.log("six, none cached:", await cost(six, sixOpenai, 0));
console.log("six, 900,000 cached:", await cost(six, sixOpenai, 900_000));
console.log("seven, 900,000 cached:", await cost(seven, sevenOpenai, 900_000));
JS
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
node reader.mjs "http://127.0.0.1:$(cat port)" 2> err | tee seen
cat > expected <<'TXT'
six, none cached: in 2.00, read 0.00, out 0.80: 2.80
six, 900,000 cached: in 2.00, read 0.45, out 0.80: 3.25
seven, 900,000 cached: in 2.00, read 0.00, out 0.80: 2.80
TXT
diff expected seen && echo "as described"
