#!/usr/bin/env bash
# A chat completion whose service_tier is "flex" (or "priority"), with the same usage as one of the default tier: 1000 tokens in, of them 800 read
# from the cache and 100 written to it, 500 out, of them 300 reasoning. usage_metadata of the answer, which is LangChain's common form for all providers:
#
#   langchain-openai 1.7.4, default    input {cache_read: 800, cache_creation: 100}, output {reasoning: 300}
#   langchain-openai 1.7.4, flex       input {flex_cache_read: 800, flex_cache_creation: 100, flex: 200}, output {flex_reasoning: 300, flex: 200}
#   @langchain/openai 1.6.0, either    input {cache_read: 800, cache_creation: 100}, output {reasoning: 300}
#
# One would expect the counts under the names that the class declares, and the tier beside them. So who reads cache_read, as price
# calculators do, finds nothing cached in a flex call and charges all of its input in full; and the details of the input add up to
# 1100 of 1000, for what was written is in "flex" too. The same vendor's library for JavaScript does neither.
# Needs Python 3.10 with venv and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install langchain-openai==1.7.4
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund @langchain/core@1.4.0 @langchain/openai@1.6.0

cat > stub.py <<'PY'
import http.server, json


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps({
            "id": "c", "object": "chat.completion", "created": 1, "model": "gpt-5-mini", "service_tier": self.path.split("/")[1],
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "done"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500,
                      "prompt_tokens_details": {"cached_tokens": 800, "cache_write_tokens": 100},
                      "completion_tokens_details": {"reasoning_tokens": 300}}}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.py <<'PY'
import json, sys
from langchain_openai import ChatOpenAI

for tier in ("default", "flex"):
    usage = ChatOpenAI(model="gpt-5-mini", base_url=f"{sys.argv[1]}/{tier}", api_key="k").invoke("go").usage_metadata
    print("python", tier, json.dumps(usage["input_token_details"], sort_keys=True), json.dumps(usage["output_token_details"], sort_keys=True))
PY
cat > reader.mjs <<'JS'
import { ChatOpenAI } from "@langchain/openai";
for (const tier of ["default", "flex"]) {
  const model = new ChatOpenAI({ model: "gpt-5-mini", apiKey: "k", configuration: { baseURL: `${process.argv[2]}/${tier}` } });
  const usage = (await model.invoke("go")).usage_metadata;
  console.log("node", tier, JSON.stringify(usage.input_token_details), JSON.stringify(usage.output_token_details));
}
JS
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)"
{ py/bin/python reader.py "$base"; node reader.mjs "$base"; } 2> err | tee seen
cat > expected <<'TXT'
python default {"cache_creation": 100, "cache_read": 800} {"reasoning": 300}
python flex {"flex": 200, "flex_cache_creation": 100, "flex_cache_read": 800} {"flex": 200, "flex_reasoning": 300}
node default {"cache_read":800,"cache_creation":100} {"reasoning":300}
node flex {"cache_read":800,"cache_creation":100} {"reasoning":300}
TXT
diff expected seen && echo "as described"
