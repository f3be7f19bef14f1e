#!/usr/bin/env bash
# Three streamed answers in a row by one client, from a server that keeps connections alive. Once it ends the HTTP response a second after the last
# event (data: [DONE], or message_stop), as one may that settles its books first; once in the same packet. Expected of all: they read to the end and
# use a connection again, or at least wait for the end of the response.
#
#                            ended a second later              ended in the same packet
#   openai (Python) 3.57.0   hangs up before the end, 3 of 3   a new connection for each answer, 3 of 3
#   openai (Node) 7.59.0     hangs up before the end, 3 of 3   -
#   anthropic (Python) 2.14.0, @anthropic-ai/sdk (Node) 1.14.0, ai 7.0.173 (@ai-sdk/openai 4.0.118): wait for the end, 0 of 3
#
# So a client that leaves after [DONE] has read everything, and is no caller that went away: who counts broken connections as such, or charges by
# estimate then, is wrong about each stream of OpenAI's own SDKs. What is to reach the client has to be written before [DONE]. And from Python
# every streamed call costs a new connection, with TLS a new handshake, though nothing was left to read.
# Needs Python 3.10 with venv and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile openai==3.57.0 anthropic==2.14.0
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund openai@7.59.0 @anthropic-ai/sdk@1.14.0 ai@7.0.173 @ai-sdk/openai@4.0.118

cat > stub.py <<'PY'
import asyncio, json


def chunk(text, finish=None):
    return "data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
        {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}]}) + "\n\n"


def named(name, **data):
    return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"


CHAT = chunk("one ") + chunk("two", "stop") + "data: [DONE]\n\n"
MESSAGES = "".join([
    named("message_start", message={"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
                                    "stop_reason": None, "stop_sequence": None,
                                    "usage": {"input_tokens": 5, "output_tokens": 1}}),
    named("content_block_start", index=0, content_block={"type": "text", "text": ""}),
    named("content_block_delta", index=0, delta={"type": "text_delta", "text": "one two"}),
    named("content_block_stop", index=0),
    named("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 9}),
    named("message_stop")])
connections = 0


async def left(reader):
    try:
        return await asyncio.wait_for(reader.read(1), 1) == b""
    except asyncio.TimeoutError:
        return False
    except ConnectionError:
        return True


async def serve(reader, writer):
    global connections
    connections += 1
    mine = connections
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
            await reader.readexactly(int(length.split(":")[1]))
            _, how, name, *_ = head.split(" ")[1].split("/")
            body = MESSAGES if "/messages" in head else CHAT
            text = f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n{len(body):x}\r\n{body}\r\n"
            writer.write((text + ("0\r\n\r\n" if how == "together" else "")).encode())
            gone = how == "later" and await left(reader)
            with open("log", "a") as log:
                log.write(f"{how} {name} {mine} {gone}\n")
            if gone:
                return
            if how == "later":
                writer.write(b"0\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # no more calls on this one
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    open("port", "w").write(str(server.sockets[0].getsockname()[1]))
    await server.serve_forever()


asyncio.run(main())
PY
cat > readers.py <<'PY'
import sys
from anthropic import Anthropic
from openai import OpenAI

asked = {"model": "m", "messages": [{"role": "user", "content": "count"}]}
for how in ("later", "together"):
    client = OpenAI(base_url=f"{sys.argv[1]}/{how}/openai-python/v1", api_key="k")
    for _ in range(3):
        assert "".join(part.choices[0].delta.content for part in client.chat.completions.create(stream=True, **asked)) == "one two"
    client = Anthropic(base_url=f"{sys.argv[1]}/{how}/anthropic-python", api_key="k")
    for _ in range(3):
        with client.messages.stream(max_tokens=9, **asked) as stream:
            assert stream.get_final_text() == "one two"
PY
cat > readers.mjs <<'JS'
import Anthropic from "@anthropic-ai/sdk";
import { createOpenAI } from "@ai-sdk/openai";
import { streamText } from "ai";
import OpenAI from "openai";
const base = `${process.argv[2]}/later`, asked = { model: "m", messages: [{ role: "user", content: "count" }] };
const openai = new OpenAI({ baseURL: `${base}/openai-node/v1`, apiKey: "k" });
const anthropic = new Anthropic({ baseURL: `${base}/anthropic-node`, apiKey: "k" });
const model = createOpenAI({ baseURL: `${base}/ai-sdk/v1`, apiKey: "k" }).chat("m");
for (let n = 0; n < 3; n++) {
  for await (const _ of await openai.chat.completions.create({ ...asked, stream: true }));
  await anthropic.messages.stream({ ...asked, max_tokens: 9 }).finalText();
  for await (const _ of streamText({ model, prompt: "count" }).textStream);
}
JS
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)"
py/bin/python readers.py "$base" 2> err
node readers.mjs "$base" 2>> err
sleep 1.5 # the last of them is still being waited for
python3 - <<'PY' | tee seen
calls = [line.split() for line in open("log")]
for name in ("openai-python", "openai-node", "anthropic-python", "anthropic-node", "ai-sdk"):
    later = [gone for how, who, _, gone in calls if (how, who) == ("later", name)]
    print(name, later.count("True"), "of", len(later), "left before the end")
for name in ("openai-python", "anthropic-python"):
    used = [connection for how, who, connection, _ in calls if (how, who) == ("together", name)]
    print(name, len(set(used)), "connections for", len(used), "answers")
PY
cat > expected <<'TXT'
openai-python 3 of 3 left before the end
openai-node 3 of 3 left before the end
anthropic-python 0 of 3 left before the end
anthropic-node 0 of 3 left before the end
ai-sdk 0 of 3 left before the end
openai-python 3 connections for 3 answers
anthropic-python 1 connections for 3 answers
TXT
diff expected seen && echo "as described"
