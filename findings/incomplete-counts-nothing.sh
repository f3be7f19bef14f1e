#!/usr/bin/env bash
# A streamed response (OpenAI's /v1/responses) that stops at its limit of tokens, and so ends with the event response.incomplete, which has the same
# response in it as response.completed has: the text "done" and usage 1000 in, 500 out, charged like any other. What readers of that stream have:
#
#   ai 7.0.173, pydantic-ai 2.68.0, langchain-openai 1.7.4   "done", 1000 in, 500 out
#   opentelemetry-instrumentation-openai 0.62.4              1000 in, 500 out
#   openai-agents 0.24.0                                     ModelBehaviorError; usage of the run 0 requests, 0 in, 0 out
#   llama-index-llms-openai 0.8.3, OpenAIResponses           the last answer has no text (None) and no usage; of a whole answer both are there
#   openinference-instrumentation-openai 0.1.66              no counts in the span
#
# One would expect the counts whatever the end, for incomplete is an end of its own and no failure. The three look for response.completed alone. So the dearest answers,
# those that ran to the limit, are free in a trace or a run's sum, and agree with no bill.
# Needs Python 3.10 with venv and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile openai==3.57.0 openai-agents==0.24.0 langchain-openai==1.7.4 'pydantic-ai-slim[openai]==2.68.0' \
  opentelemetry-instrumentation-openai==0.62.4 openinference-instrumentation-openai==0.1.66 opentelemetry-sdk
python3 -m venv llama
llama/bin/pip -q install --no-compile llama-index-llms-openai==0.8.3
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund ai@7.0.173 @ai-sdk/openai@4.0.118

cat > stub.py <<'PY'
import http.server, json


def named(name, **data):
    return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"


TEXT = {"type": "output_text", "text": "done", "annotations": [], "logprobs": []}
ITEM = {"id": "msg_1", "type": "message", "status": "incomplete", "role": "assistant", "content": [TEXT]}
ANSWER = {"id": "resp_1", "object": "response", "created_at": 1, "status": "incomplete", "model": "gpt-4o-mini", "output": [ITEM],
          "incomplete_details": {"reason": "max_output_tokens"}, "error": None, "instructions": None, "metadata": {}, "temperature": 1, "top_p": 1,
          "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
          "usage": {"input_tokens": 1000, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 500,
                    "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 1500}}
AT = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
STREAM = "".join([
    named("response.created", sequence_number=0, response=dict(ANSWER, status="in_progress", output=[], usage=None, incomplete_details=None)),
    named("response.output_item.added", sequence_number=1, output_index=0, item=dict(ITEM, status="in_progress", content=[])),
    named("response.content_part.added", sequence_number=2, part=dict(TEXT, text=""), **AT),
    named("response.output_text.delta", sequence_number=3, delta="done", logprobs=[], **AT),
    named("response.output_text.done", sequence_number=4, text="done", logprobs=[], **AT),
    named("response.content_part.done", sequence_number=5, part=TEXT, **AT),
    named("response.output_item.done", sequence_number=6, output_index=0, item=ITEM),
    named("response.incomplete", sequence_number=7, response=ANSWER)])


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        body = (STREAM if asked.get("stream") else json.dumps(ANSWER)).encode()
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
import asyncio, sys

base, who = sys.argv[1], sys.argv[2]
MODEL = "gpt-4o-mini"


def instrumented(instrumentor, names):
    from openai import OpenAI
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    instrumentor.instrument(tracer_provider=provider)
    list(OpenAI(base_url=base, api_key="k").responses.create(model=MODEL, input="go", stream=True))
    (span,) = spans.get_finished_spans()
    print(who, *(span.attributes.get(name) for name in names))


async def agents():
    from agents import Agent, OpenAIResponsesModel, Runner, set_tracing_disabled
    from openai import AsyncOpenAI
    set_tracing_disabled(True)
    run = Runner.run_streamed(Agent(name="a", model=OpenAIResponsesModel(model=MODEL, openai_client=AsyncOpenAI(base_url=base, api_key="k"))), "go")
    thrown = None
    try:
        async for _ in run.stream_events():
            pass
    except Exception as error:
        thrown = type(error).__name__
    usage = run.context_wrapper.usage
    print(who, thrown, usage.requests, usage.input_tokens, usage.output_tokens)


async def pydantic_ai():
    from pydantic_ai import Agent
    from pydantic_ai.models.openai import OpenAIResponsesModel
    from pydantic_ai.providers.openai import OpenAIProvider
    async with Agent(OpenAIResponsesModel(MODEL, provider=OpenAIProvider(base_url=base, api_key="k"))).run_stream("go") as run:
        text = await run.get_output()
        usage = run.usage if not callable(run.usage) else run.usage()
        print(who, text, usage.input_tokens, usage.output_tokens)


def langchain():
    from langchain_openai import ChatOpenAI
    whole = None
    for part in ChatOpenAI(model=MODEL, base_url=base, api_key="k", use_responses_api=True).stream("go"):
        whole = part if whole is None else whole + part
    print(who, whole.text, whole.usage_metadata["input_tokens"], whole.usage_metadata["output_tokens"])


def llama_index():
    from llama_index.core.llms import ChatMessage
    from llama_index.llms.openai import OpenAIResponses
    llm, go = OpenAIResponses(model=MODEL, api_base=base, api_key="k"), [ChatMessage(role="user", content="go")]
    for name, answer in ("whole", llm.chat(go)), ("streamed", list(llm.stream_chat(go))[-1]):
        usage = answer.additional_kwargs.get("usage")
        print(who, name, answer.message.content, *((usage.input_tokens, usage.output_tokens) if usage else [None]))


if who == "openllmetry":
    from opentelemetry.instrumentation.openai import OpenAIInstrumentor
    instrumented(OpenAIInstrumentor(), ["gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"])
elif who == "openinference":
    from openinference.instrumentation.openai import OpenAIInstrumentor
    instrumented(OpenAIInstrumentor(), ["llm.token_count.prompt", "llm.token_count.completion"])
elif who in ("agents", "pydantic_ai"):
    asyncio.run({"agents": agents, "pydantic_ai": pydantic_ai}[who]())
else:
    {"langchain": langchain, "llama_index": llama_index}[who]()
PY
cat > reader.mjs <<'JS'
import { createOpenAI } from "@ai-sdk/openai";
import { streamText } from "ai";
const result = streamText({ model: createOpenAI({ baseURL: process.argv[2], apiKey: "k" }).responses("gpt-4o-mini"), prompt: "go" });
const text = await result.text, usage = await result.usage;
console.log("ai-sdk", text, usage.inputTokens, usage.outputTokens);
JS
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)/v1"
{
  node reader.mjs "$base"
  for who in pydantic_ai langchain openllmetry agents openinference; do py/bin/python reader.py "$base" $who; done
  llama/bin/python reader.py "$base" llama_index
} 2> err | tee seen
cat > expected <<'TXT'
ai-sdk done 1000 500
pydantic_ai done 1000 500
langchain done 1000 500
openllmetry 1000 500
agents ModelBehaviorError 0 0 0
openinference None None
llama_index whole done 1000 500
llama_index streamed None None
TXT
diff expected seen && echo "as described"
