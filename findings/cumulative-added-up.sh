#!/usr/bin/env bash
# A streamed message of Anthropic's API whose usage is told three times, each time of the whole message so far, as the API says ("cumulative"):
# message_start output_tokens 1, one message_delta 40, the last 100. So 100 came out. What three instrumentations for anthropic (Python) 2.14.0
# write into the span of the call:
#
#   opentelemetry-instrumentation-genai-anthropic 1.3b0   100
#   openinference-instrumentation-anthropic 3.1.0         100
#   opentelemetry-instrumentation-anthropic 0.62.4        141 (OpenLLMetry's)
#
# The last adds up what is cumulative: with a single message_delta that is one more than was charged, for what message_start said, with several a
# multiple of it. Of a message that is not streamed all three are right. So the same agent has two costs in a trace by how it reads, and the one
# of streams agrees with no bill.
# Needs Python 3.10 with venv. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile anthropic==2.14.0 opentelemetry-sdk==1.45.2 opentelemetry-instrumentation-anthropic==0.62.4 \
  openinference-instrumentation-anthropic==3.1.0 opentelemetry-instrumentation-genai-anthropic==1.3b0
cat > reader.py <<'PY'
import http.server, importlib, json, sys, threading

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

WHOLE = json.dumps({"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5",
                    "content": [{"type": "text", "text": "done"}], "stop_reason": "end_turn", "stop_sequence": None,
                    "usage": {"input_tokens": 10, "output_tokens": 100}})


def named(name, **data):
    return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"


STREAM = "".join([
    named("message_start", message={"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5", "content": [],
                                    "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 10, "output_tokens": 1}}),
    named("content_block_start", index=0, content_block={"type": "text", "text": ""}),
    named("content_block_delta", index=0, delta={"type": "text_delta", "text": "done"}),
    named("content_block_stop", index=0),
    named("message_delta", delta={"stop_reason": None, "stop_sequence": None}, usage={"output_tokens": 40}),
    named("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 100}),
    named("message_stop")])


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        streamed = json.loads(self.rfile.read(int(self.headers["content-length"]))).get("stream")
        body = (STREAM if streamed else WHOLE).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream" if streamed else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
threading.Thread(target=server.serve_forever, daemon=True).start()
spans = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
package, name = sys.argv[1:]
importlib.import_module(package).AnthropicInstrumentor().instrument(tracer_provider=provider)

from anthropic import Anthropic

client = Anthropic(base_url=f"http://127.0.0.1:{server.server_port}", api_key="k")
asked = {"model": "claude-haiku-4-5", "max_tokens": 200, "messages": [{"role": "user", "content": "go"}]}


def told():
    attributes = spans.get_finished_spans()[-1].attributes
    spans.clear()
    return attributes[name]


client.messages.create(**asked)
whole = told()
for _ in client.messages.create(stream=True, **asked):
    pass
streamed = told()
print(package, "whole", whole, "streamed", streamed)
PY
{
  py/bin/python reader.py opentelemetry.instrumentation.genai.anthropic gen_ai.usage.output_tokens
  py/bin/python reader.py openinference.instrumentation.anthropic llm.token_count.completion
  py/bin/python reader.py opentelemetry.instrumentation.anthropic gen_ai.usage.output_tokens
} 2> err | tee seen
cat > expected <<'TXT'
opentelemetry.instrumentation.genai.anthropic whole 100 streamed 100
openinference.instrumentation.anthropic whole 100 streamed 100
opentelemetry.instrumentation.anthropic whole 100 streamed 141
TXT
diff expected seen && echo "as described"
