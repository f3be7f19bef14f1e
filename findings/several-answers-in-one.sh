#!/usr/bin/env bash
# langchain-openai 1.7.4 with langchain-core 1.8.3, and @langchain/openai 1.6.0, asking for two answers (n=2), "yes" and "no". The server says they took
# 100 tokens in and 20 out, 10 each. What a program has of it:
#
#                                  Python                             JavaScript
#   generate, output of each       20 and 20: the sum is 40           20 and 20
#   UsageMetadataCallbackHandler   nothing at all                     -
#   stream, the text               "yesno", one message               "yesno"
#   stream, the model's name       "mm" for "m"                       -
#
# One would expect of each answer its own part or no count, since the usage is of the whole call, from the handler what it counts with n=1, and a stream
# that keeps the two apart by their index, or refuses n. So who adds up what the messages say charges the prompt and the answers twice, who counts by
# LangChain's own handler charges nothing, and who streams shows two answers as one. llm_output of generate is right, and so are the provider's books.
# Needs Python 3.10 with venv and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile langchain-openai==1.7.4 langchain-core==1.8.3 openai==3.57.0
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund @langchain/openai@1.6.0 @langchain/core@1.4.0

cat > stub.py <<'PY'
import http.server, json


def chunk(choices, **more):
    return "data: " + json.dumps(dict({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
                                       "choices": choices}, **more)) + "\n\n"


def streamed(texts, usage):
    return ("".join(chunk([{"index": n, "delta": {"role": "assistant", "content": text}, "finish_reason": None}])
                    for n, text in enumerate(texts))
            + "".join(chunk([{"index": n, "delta": {}, "finish_reason": "stop"}]) for n in range(len(texts)))
            + chunk([], usage=usage) + "data: [DONE]\n\n")


def whole(texts, usage):
    return json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "usage": usage, "choices": [
        {"index": n, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"} for n, text in enumerate(texts)]})


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        texts = ["yes", "no"][:asked.get("n") or 1]
        usage = {"prompt_tokens": 100, "completion_tokens": 10 * len(texts), "total_tokens": 100 + 10 * len(texts)}
        body = (streamed if asked.get("stream") else whole)(texts, usage).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream" if asked.get("stream") else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.py <<'PY'
import sys
from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI

for n in (1, 2):
    model = ChatOpenAI(model="m", base_url=sys.argv[1], api_key="k", n=n, stream_usage=True)
    handler = UsageMetadataCallbackHandler()
    result = model.generate([[HumanMessage("well?")]], callbacks=[handler])
    told = [(answer.text, answer.message.usage_metadata["output_tokens"]) for answer in result.generations[0]]
    print("Python", n, told, "handler", {name: used["output_tokens"] for name, used in handler.usage_metadata.items()},
          "llm_output", result.llm_output["token_usage"]["completion_tokens"])
    whole = None
    for part in model.stream("well?"):
        whole = part if whole is None else whole + part
    print("Python", n, "streamed", whole.content, whole.usage_metadata["output_tokens"], whole.response_metadata["model_name"])
PY
cat > reader.mjs <<'JS'
import { HumanMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
for (const n of [1, 2]) {
  const model = new ChatOpenAI({ model: "m", apiKey: "k", n, configuration: { baseURL: process.argv[2] } });
  const result = await model.generate([[new HumanMessage("well?")]]);
  const told = result.generations[0].map((answer) => `${answer.text} ${answer.message.usage_metadata.output_tokens}`);
  console.log("JavaScript", n, told.join(", "), "llmOutput", result.llmOutput.tokenUsage.completionTokens);
  let whole;
  for await (const part of await model.stream("well?")) whole = whole ? whole.concat(part) : part;
  console.log("JavaScript", n, "streamed", whole.content, whole.usage_metadata.output_tokens);
}
JS
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)/v1"
{ py/bin/python reader.py "$base"; node reader.mjs "$base"; } 2> err | tee seen
cat > expected <<'TXT'
Python 1 [('yes', 10)] handler {'m': 10} llm_output 10
Python 1 streamed yes 10 m
Python 2 [('yes', 20), ('no', 20)] handler {} llm_output 20
Python 2 streamed yesno 20 mm
JavaScript 1 yes 10 llmOutput 10
JavaScript 1 streamed yes 10
JavaScript 2 yes 20, no 20 llmOutput 20
JavaScript 2 streamed yesno 20
TXT
diff expected seen && echo "as described"
