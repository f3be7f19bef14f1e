#!/usr/bin/env bash
# LangSmith's wrap_anthropic (langsmith 0.15.1) around anthropic (Python) 2.14.0, tracing switched off, and one message that the server answers well. What
# the caller of the wrapped client has, by how it asks:
#
#   messages.create                            "one two"
#   messages.create, stream=True               all seven events, and then TypeError: accumulate_event() missing ... 'json_bufs'
#   messages.stream, its text_stream           "one two", and then AttributeError: 'NoneType' object has no attribute 'outputs'
#   messages.stream, its get_final_message     "one two"
#   chat's stream, of langsmith's wrap_openai  "one two"
#
# With tracing on the third is well, and the second is not. One would expect a wrapper that traces to leave the answer alone, most of all when it does not
# trace. It adds the events up with a function that is no part of anthropic's interface and has one more argument now. So a caller who takes an
# exception for a failed call sends it again, and pays again, after every stream that came whole.
# Needs Python 3.10 with venv. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile langsmith==0.15.1 anthropic==2.14.0 openai==3.57.0

cat > stub.py <<'PY'
import http.server, json


def named(name, **data):
    return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"


def chunk(text, finish=None):
    return "data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
        {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}]}) + "\n\n"


MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [{"type": "text", "text": "one two"}],
           "stop_reason": "end_turn", "stop_sequence": None, "usage": {"input_tokens": 5, "output_tokens": 9}}
MESSAGES = "".join([
    named("message_start", message=dict(MESSAGE, content=[], stop_reason=None)),
    named("content_block_start", index=0, content_block={"type": "text", "text": ""}),
    named("content_block_delta", index=0, delta={"type": "text_delta", "text": "one "}),
    named("content_block_delta", index=0, delta={"type": "text_delta", "text": "two"}),
    named("content_block_stop", index=0),
    named("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 9}),
    named("message_stop")])
CHAT = chunk("one ") + chunk("two", "stop") + "data: [DONE]\n\n"


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        streamed = asked.get("stream")
        body = ((MESSAGES if "/messages" in self.path else CHAT) if streamed else json.dumps(MESSAGE)).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream" if streamed else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.py <<'PY'
import sys
from anthropic import Anthropic
from langsmith import Client, tracing_context
from langsmith.wrappers import wrap_anthropic, wrap_openai
from openai import OpenAI

base = sys.argv[1]
GO = [{"role": "user", "content": "count"}]


class Nowhere(Client):
    def create_run(self, *_, **__):
        pass

    def update_run(self, *_, **__):
        pass


def told(name, ask):
    got = []
    try:
        ask(got.append)
        print(name, *got)
    except Exception as error:
        print(name, *got, f"{type(error).__name__}: {error}")


def create(tell):
    tell(wrapped.messages.create(model="m", max_tokens=9, messages=GO).content[0].text)


def create_stream(tell):
    for event in wrapped.messages.create(model="m", max_tokens=9, messages=GO, stream=True):
        tell(event.type)


def stream_text(tell):
    with wrapped.messages.stream(model="m", max_tokens=9, messages=GO) as stream:
        for text in stream.text_stream:
            tell(text)


def stream_final(tell):
    with wrapped.messages.stream(model="m", max_tokens=9, messages=GO) as stream:
        tell(stream.get_final_message().content[0].text)


def chat_stream(tell):
    for part in wrap_openai(OpenAI(base_url=base + "/v1", api_key="k")).chat.completions.create(model="m", messages=GO, stream=True):
        tell(part.choices[0].delta.content)


for traced in False, True:
    with tracing_context(enabled=traced, client=Nowhere(api_key="k", api_url=base, auto_batch_tracing=False)):
        wrapped = wrap_anthropic(Anthropic(base_url=base, api_key="k"))
        print("traced" if traced else "not traced")
        told("create:", create)
        told("create, stream:", create_stream)
        told("stream, text:", stream_text)
        told("stream, final:", stream_final)
        told("openai, stream:", chat_stream)
PY
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
py/bin/python reader.py "http://127.0.0.1:$(cat port)" 2> err | tee seen
events="message_start content_block_start content_block_delta content_block_delta content_block_stop message_delta message_stop"
missing="TypeError: accumulate_event() missing 1 required keyword-only argument: 'json_bufs'"
cat > expected <<TXT
not traced
create: one two
create, stream: $events $missing
stream, text: one  two AttributeError: 'NoneType' object has no attribute 'outputs'
stream, final: one two
openai, stream: one  two
traced
create: one two
create, stream: $events $missing
stream, text: one  two
stream, final: one two
openai, stream: one  two
TXT
diff expected seen && echo "as described"
