#!/usr/bin/env bash
# A model stops at its token limit in the middle of a tool's arguments, {"to": "ann", "amount": 100 of what was to be 1000, and says so
# (stop reason max_tokens, finish reason length). What five readers make of it, each of the same valid stream:
#
#   anthropic (Python) 2.14.0        input {'to': 'ann', 'amount': 100}: a number that was cut is read as if it were whole
#   @anthropic-ai/sdk (Node) 1.14.0  input {"to":"ann"}: the same vendor's SDK drops it instead
#   langchain-openai (Python) 1.7.4  tool_calls with amount 100, invalid_tool_calls empty
#   @langchain/openai (Node) 1.6.0   the same
#   ai 7.0.173 (@ai-sdk/openai)      a call marked invalid, and not carried out
#
# So four of five hand a call on that was never finished, and whoever carries it out without looking at the stop reason pays 100.
# Needs Python 3.10 with venv and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install anthropic==2.14.0 langchain-openai==1.7.4
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund @anthropic-ai/sdk@1.14.0 @langchain/core@1.4.0 @langchain/openai@1.6.0 ai@7.0.173 @ai-sdk/openai@4.0.118

cat > stub.py <<'PY'
import http.server, json, sys

ARGUMENTS = '{"to": "ann", "amount": 100'


def named(name, **data):
    return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"


def chunk(delta, finish=None):
    return "data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
        {"index": 0, "delta": delta, "finish_reason": finish}]}) + "\n\n"


MESSAGES = "".join([
    named("message_start", message={"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
                                    "stop_reason": None, "stop_sequence": None,
                                    "usage": {"input_tokens": 5, "output_tokens": 1}}),
    named("content_block_start", index=0, content_block={"type": "tool_use", "id": "toolu_1", "name": "pay", "input": {}}),
    named("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": ARGUMENTS}),
    named("content_block_stop", index=0),
    named("message_delta", delta={"stop_reason": "max_tokens", "stop_sequence": None}, usage={"output_tokens": 9}),
    named("message_stop")])
CHAT = "".join([
    chunk({"role": "assistant", "content": None, "tool_calls": [
        {"index": 0, "id": "call_1", "type": "function", "function": {"name": "pay", "arguments": ""}}]}),
    chunk({"tool_calls": [{"index": 0, "function": {"arguments": ARGUMENTS}}]}),
    chunk({}, "length"), "data: [DONE]\n\n"])


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = (MESSAGES if "/messages" in self.path else CHAT).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
print(server.server_port, flush=True)
server.serve_forever()
PY
cat > readers.py <<'PY'
import sys
from anthropic import Anthropic
from langchain_openai import ChatOpenAI

base = sys.argv[1]
with Anthropic(base_url=base, api_key="k").messages.stream(
        model="m", max_tokens=9, messages=[{"role": "user", "content": "pay ann 1000"}]) as stream:
    message = stream.get_final_message()
print("anthropic-python", message.stop_reason, message.content[0].input)
tool = {"title": "pay", "description": "pays", "type": "object", "required": ["to", "amount"],
        "properties": {"to": {"type": "string"}, "amount": {"type": "integer"}}}
whole = None
for part in ChatOpenAI(model="m", base_url=base + "/v1", api_key="k").bind_tools([tool]).stream("pay ann 1000"):
    whole = part if whole is None else whole + part
print("langchain-python", [call["args"] for call in whole.tool_calls], whole.invalid_tool_calls)
PY
cat > readers.mjs <<'JS'
import Anthropic from "@anthropic-ai/sdk";
import { createOpenAI } from "@ai-sdk/openai";
import { ChatOpenAI } from "@langchain/openai";
import { jsonSchema, streamText, tool } from "ai";
const base = process.argv[2], prompt = "pay ann 1000";
const schema = { type: "object", required: ["to", "amount"], properties: { to: { type: "string" }, amount: { type: "integer" } } };
const message = await new Anthropic({ baseURL: base, apiKey: "k" }).messages
  .stream({ model: "m", max_tokens: 9, messages: [{ role: "user", content: prompt }] }).finalMessage();
console.log("anthropic-node", message.stop_reason, JSON.stringify(message.content[0].input));
let whole;
const bound = new ChatOpenAI({ model: "m", apiKey: "k", configuration: { baseURL: base + "/v1" } })
  .bindTools([{ type: "function", function: { name: "pay", parameters: schema } }]);
for await (const part of await bound.stream(prompt)) whole = whole ? whole.concat(part) : part;
console.log("langchain-js", JSON.stringify(whole.tool_calls.map((call) => call.args)), JSON.stringify(whole.invalid_tool_calls));
let carriedOut = false;
const result = streamText({
  model: createOpenAI({ baseURL: base + "/v1", apiKey: "k" }).chat("m"), prompt, onError() {},
  tools: { pay: tool({ inputSchema: jsonSchema(schema), execute: () => { carriedOut = true; return "paid"; } }) },
});
for await (const _ of result.textStream);
const calls = await result.toolCalls;
console.log("ai-sdk", "invalid", calls[0].invalid === true, "carried out", carriedOut);
JS
py/bin/python stub.py > port &
stub=$!
trap 'kill $stub; rm -rf "$work"' EXIT
for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)"
{ py/bin/python readers.py "$base"; node readers.mjs "$base"; } 2>/dev/null | tee seen
cat > expected <<'TXT'
anthropic-python max_tokens {'to': 'ann', 'amount': 100}
langchain-python [{'to': 'ann', 'amount': 100}] []
anthropic-node max_tokens {"to":"ann"}
langchain-js [{"to":"ann","amount":100}] []
ai-sdk invalid true carried out false
TXT
diff expected seen && echo "as described"
