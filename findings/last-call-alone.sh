#!/usr/bin/env bash
# One question, one tool, so two calls: the first answers with a call of the tool (100 tokens in, 10 out), the second, which carries its result,
# with text (200 in, 20 out). Each library goes round by itself and hands out one answer with its usage. Spent: 300 in, 30 out.
#
#   pydantic-ai 2.68.0, openai-agents 0.24.0, ai 7.0.173   300 in, 30 out
#   google-genai 3.4.0                                     200 in, 20 out, from a chat and from generate_content alike
#
# One would expect the sum from all, or a list of calls. google-genai drops the usage of every call but the last, which is nowhere to be
# found, not in automatic_function_calling_history either; with ten rounds a user reads a tenth of what is billed. What was spent has to be
# asked of whoever stood in between.
# Needs Python 3.10 with venv and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile google-genai==3.4.0 openai-agents==0.24.0 'pydantic-ai-slim[openai]==2.68.0'
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund ai@7.0.173 @ai-sdk/openai@4.0.118

cat > stub.py <<'PY'
import http.server, json


def chat(done):
    message = {"role": "assistant", "content": "4"} if done else {"role": "assistant", "content": None, "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 2, "b": 2}'}}]}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop" if done else "tool_calls"}],
            "usage": {"prompt_tokens": 200, "completion_tokens": 20, "total_tokens": 220} if done
            else {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}}


def gemini(done):
    part = {"text": "4"} if done else {"functionCall": {"name": "add", "args": {"a": 2, "b": 2}}}
    return {"candidates": [{"index": 0, "content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 200, "candidatesTokenCount": 20, "totalTokenCount": 220} if done
            else {"promptTokenCount": 100, "candidatesTokenCount": 10, "totalTokenCount": 110}}


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if "contents" in asked:
            answer = gemini(any("functionResponse" in part for content in asked["contents"] for part in content["parts"]))
        else:
            answer = chat(any(message["role"] == "tool" for message in asked["messages"]))
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > readers.py <<'PY'
import sys

import agents
from google import genai
from openai import AsyncOpenAI
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

base = sys.argv[1]


def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


usage = Agent(OpenAIChatModel("m", provider=OpenAIProvider(base_url=base, api_key="k")), tools=[add]).run_sync("2 and 2?").usage
print("pydantic-ai", usage.input_tokens, usage.output_tokens)
agents.set_tracing_disabled(True)
model = agents.OpenAIChatCompletionsModel(model="m", openai_client=AsyncOpenAI(base_url=base, api_key="k"))
usage = agents.Runner.run_sync(agents.Agent(name="a", tools=[agents.function_tool(add)], model=model), "2 and 2?").context_wrapper.usage
print("openai-agents", usage.input_tokens, usage.output_tokens)
client = genai.Client(api_key="k", http_options={"base_url": base})
usage = client.models.generate_content(model="m", contents="2 and 2?", config={"tools": [add]}).usage_metadata
print("google-genai alone", usage.prompt_token_count, usage.candidates_token_count)
usage = client.chats.create(model="m", config={"tools": [add]}).send_message("2 and 2?").usage_metadata
print("google-genai chat", usage.prompt_token_count, usage.candidates_token_count)
PY
cat > reader.mjs <<'JS'
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, jsonSchema, stepCountIs, tool } from "ai";
const add = tool({
  inputSchema: jsonSchema({ type: "object", properties: { a: { type: "integer" }, b: { type: "integer" } } }), execute: ({ a, b }) => a + b,
});
const { usage } = await generateText({
  model: createOpenAI({ baseURL: process.argv[2], apiKey: "k" }).chat("m"), prompt: "2 and 2?", tools: { add }, stopWhen: stepCountIs(3),
});
console.log("ai-sdk", usage.inputTokens, usage.outputTokens);
JS
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)"
{ py/bin/python readers.py "$base"; node reader.mjs "$base"; } 2> err | tee seen
cat > expected <<'TXT'
pydantic-ai 300 30
openai-agents 300 30
google-genai alone 200 20
google-genai chat 200 20
ai-sdk 300 30
TXT
diff expected seen && echo "as described"
