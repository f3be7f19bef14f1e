#!/usr/bin/env bash
# A message of Anthropic's API that read 2000 tokens from the cache, wrote 200 to it for five minutes and 800 for an hour, whole and as a stream. As
# the API does it, the stream tells which were written for how long in message_start alone; message_delta at its end has the sums again. An hour
# costs 2 times the price of input, five minutes 1.25. What usage_metadata, and its like, has of what was written:
#
#   langchain-anthropic 1.7.10, whole    cache_creation 0, ephemeral_5m_input_tokens 200, ephemeral_1h_input_tokens 800
#   langchain-anthropic 1.7.10, stream   cache_creation 1000
#   pydantic-ai 2.68.0, either           cache_write_tokens 1000, cache_write_1h_tokens 800
#   litellm 1.110.2, either              ephemeral_5m_input_tokens 200, ephemeral_1h_input_tokens 800
#
# One would expect one call to have one usage however it is read. The same model and prompt cost 1.85 times the input's price for what they wrote when
# whole, and 1.25 when streamed; and who reads cache_creation alone, LangChain's common name, finds that a whole one wrote nothing.
# Needs Python 3.10 with venv. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile langchain-anthropic==1.7.10 'pydantic-ai-slim[anthropic]==2.68.0'
python3 -m venv lite
lite/bin/pip -q install --no-compile litellm==1.110.2

cat > stub.py <<'PY'
import http.server, json


def named(name, **data):
    return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"


SUMS = {"input_tokens": 100, "cache_creation_input_tokens": 1000, "cache_read_input_tokens": 2000, "output_tokens": 9}
USAGE = dict(SUMS, cache_creation={"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 800}, service_tier="standard")
MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5", "content": [{"type": "text", "text": "done"}],
           "stop_reason": "end_turn", "stop_sequence": None, "usage": USAGE}
STREAM = "".join([
    named("message_start", message=dict(MESSAGE, content=[], stop_reason=None, usage=dict(USAGE, output_tokens=1))),
    named("content_block_start", index=0, content_block={"type": "text", "text": ""}),
    named("content_block_delta", index=0, delta={"type": "text_delta", "text": "done"}),
    named("content_block_stop", index=0),
    named("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage=SUMS),
    named("message_stop")])


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        body = (STREAM if asked.get("stream") else json.dumps(MESSAGE)).encode()
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
import asyncio, json, sys

base = sys.argv[1]
MODEL = "claude-haiku-4-5"


def told(name, counts):
    print("seen:", name, json.dumps({key: value for key, value in counts.items() if value is not None}, sort_keys=True))


def langchain():
    from langchain_anthropic import ChatAnthropic
    model, whole = ChatAnthropic(model=MODEL, base_url=base, api_key="k", max_tokens=9), None
    told("langchain whole", model.invoke("go").usage_metadata["input_token_details"])
    for part in model.stream("go"):
        whole = part if whole is None else whole + part
    told("langchain stream", whole.usage_metadata["input_token_details"])


async def pydantic_ai():
    from pydantic_ai import Agent
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider
    agent = Agent(AnthropicModel(MODEL, provider=AnthropicProvider(base_url=base, api_key="k")))

    def counts(run):
        usage = run.usage() if callable(run.usage) else run.usage
        return {name: getattr(usage, name) for name in ("cache_read_tokens", "cache_write_tokens", "cache_write_1h_tokens")}

    told("pydantic-ai whole", counts(await agent.run("go")))
    async with agent.run_stream("go") as run:
        await run.get_output()
        told("pydantic-ai stream", counts(run))


def lite():
    import litellm
    go = dict(model="anthropic/" + MODEL, api_base=base, api_key="k", max_tokens=9, messages=[{"role": "user", "content": "go"}])
    told("litellm whole", litellm.completion(**go).usage.prompt_tokens_details.cache_creation_token_details.model_dump())
    whole = litellm.stream_chunk_builder(list(litellm.completion(stream=True, **go)))
    told("litellm stream", whole.usage.prompt_tokens_details.cache_creation_token_details.model_dump())


if sys.argv[2] == "lite":
    lite()
else:
    langchain()
    asyncio.run(pydantic_ai())
PY
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)"
for who in py lite; do LITELLM_LOCAL_MODEL_COST_MAP=True $who/bin/python reader.py "$base" $who 2>> err; done | grep ^seen | tee seen
cat > expected <<'TXT'
seen: langchain whole {"cache_creation": 0, "cache_read": 2000, "ephemeral_1h_input_tokens": 800, "ephemeral_5m_input_tokens": 200}
seen: langchain stream {"cache_creation": 1000, "cache_read": 2000}
seen: pydantic-ai whole {"cache_read_tokens": 2000, "cache_write_1h_tokens": 800, "cache_write_tokens": 1000}
seen: pydantic-ai stream {"cache_read_tokens": 2000, "cache_write_1h_tokens": 800, "cache_write_tokens": 1000}
seen: litellm whole {"ephemeral_1h_input_tokens": 800, "ephemeral_5m_input_tokens": 200}
seen: litellm stream {"ephemeral_1h_input_tokens": 800, "ephemeral_5m_input_tokens": 200}
TXT
diff expected seen && echo "as described"
