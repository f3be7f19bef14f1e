#!/usr/bin/env bash
# A stream of chat chunks whose events have ids, with a comment between two of them, as servers and gateways send to keep a quiet connection
# open: "id: 1", a chunk, ": still working" and an empty line, the next chunk. All of it is as the standard of server-sent events has it, and a
# comment is no event. Expected of every reader: "one two".
#
#   openai (Python) 3.57.0        "one ", then JSONDecodeError where the comment is; the same stream without ids: "one two"
#   openai (Node) 7.59.0          "one two"
#   ai 7.0.173 (@ai-sdk/openai)   "one two"
#
# The Python client keeps the id of an event for the next one, as it should, and then takes the empty line after a comment for the end of
# an event, which has that id and no data. So a heartbeat ends the call, which has been paid for, and only where ids and silence meet.
# A comment without an empty line of its own (": still working", one line end) is read by all three. langchain-openai 1.7.4, built on that client, fails in the same way.
# Needs Python 3.10 with venv and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install openai==3.57.0
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund openai@7.59.0 ai@7.0.173 @ai-sdk/openai@4.0.118

cat > stub.py <<'PY'
import http.server, json


def chunk(text, finish=None):
    return "data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
        {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}]}) + "\n\n"


STREAMS = {
    "ids": "id: 1\n" + chunk("one ") + ": still working\n\n" + "id: 2\n" + chunk("two", "stop") + "data: [DONE]\n\n",
    "noids": chunk("one ") + ": still working\n\n" + chunk("two", "stop") + "data: [DONE]\n\n",
    "oneline": "id: 1\n" + chunk("one ") + ": still working\n" + "id: 2\n" + chunk("two", "stop") + "data: [DONE]\n\n"}


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = STREAMS[self.path.split("/")[1]].encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > readers.py <<'PY'
import sys
from openai import OpenAI

base = sys.argv[1]


def told(name, stream, parts):
    text = ""
    try:
        for part in parts(f"{base}/{stream}"):
            text += part
    except Exception as e:
        print(name, stream, repr(text), type(e).__name__)
    else:
        print(name, stream, repr(text), "whole")


def openai(url):
    for chunk in OpenAI(base_url=url, api_key="k").chat.completions.create(
            model="m", messages=[{"role": "user", "content": "count"}], stream=True):
        yield chunk.choices[0].delta.content


for stream in ("ids", "noids", "oneline"):
    told("openai-python", stream, openai)
PY
cat > readers.mjs <<'JS'
import { createOpenAI } from "@ai-sdk/openai";
import { streamText } from "ai";
import OpenAI from "openai";
const base = process.argv[2];
for (const stream of ["ids", "noids", "oneline"]) {
  let text = "";
  for await (const chunk of await new OpenAI({ baseURL: `${base}/${stream}`, apiKey: "k" }).chat.completions
    .create({ model: "m", messages: [{ role: "user", content: "count" }], stream: true })) text += chunk.choices[0].delta.content;
  console.log("openai-node", stream, `'${text}'`, "whole");
  text = "";
  for await (const part of streamText({ model: createOpenAI({ baseURL: `${base}/${stream}`, apiKey: "k" }).chat("m"), prompt: "count" })
    .textStream) text += part;
  console.log("ai-sdk", stream, `'${text}'`, "whole");
}
JS
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)"
{ py/bin/python readers.py "$base"; node readers.mjs "$base"; } 2> err | tee seen
cat > expected <<'TXT'
openai-python ids 'one ' JSONDecodeError
openai-python noids 'one two' whole
openai-python oneline 'one two' whole
openai-node ids 'one two' whole
ai-sdk ids 'one two' whole
openai-node noids 'one two' whole
ai-sdk noids 'one two' whole
openai-node oneline 'one two' whole
ai-sdk oneline 'one two' whole
TXT
diff expected seen && echo "as described"
