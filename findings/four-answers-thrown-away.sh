#!/usr/bin/env bash
# Claude Code 2.1.332, headless, at a server whose every answer runs to its limit: text, then stop_reason max_tokens. Beside it Codex 0.171.0, whose
# answers end as response.incomplete with reason max_output_tokens. What each asks for one prompt, and what its user gets:
#
#   Claude Code   4 calls of max_tokens 32000, each with the answers before it in its prompt; then an error, and none of the four answers
#   Codex         1 call; the answer, and an error that says it is incomplete
#
# One would expect the answer as far as it came, as Codex has it, or four parts put together, since each further call asks the model to go on where it
# was cut. They are all thrown away: the user pays for four answers of the greatest length there is, and for the first three again as prompt, and
# sees "response exceeded the 32000 output token maximum". So a gateway or server that lowers max_tokens to what a budget has left makes the
# same happen with a small limit. CLAUDE_CODE_MAX_OUTPUT_TOKENS sets another limit (64000 here), and four calls it is again.
# Needs Python 3.10 and Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund @anthropic-ai/claude-code@2.1.332 @openai/codex@0.171.0

cat > stub.py <<'PY'
import http.server, json

TEXT = "the beginning of an answer"


def named(name, **data):
    return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"


def messages(model):
    return "".join([
        named("message_start", message={"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [],
                                        "stop_reason": None, "stop_sequence": None,
                                        "usage": {"input_tokens": 100, "output_tokens": 1}}),
        named("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        named("content_block_delta", index=0, delta={"type": "text_delta", "text": TEXT}),
        named("content_block_stop", index=0),
        named("message_delta", delta={"stop_reason": "max_tokens", "stop_sequence": None}, usage={"output_tokens": 5}),
        named("message_stop")])


def responses(model):
    part = {"type": "output_text", "text": TEXT, "annotations": []}
    item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "incomplete", "content": [part]}
    response = {"id": "resp_1", "object": "response", "created_at": 1, "model": model, "status": "in_progress", "output": []}
    usage = {"input_tokens": 100, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 5,
             "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 105}
    events = [
        ("response.created", {"response": response}),
        ("response.output_item.added", {"output_index": 0, "item": dict(item, content=[], status="in_progress")}),
        ("response.content_part.added", {"output_index": 0, "item_id": "msg_1", "content_index": 0, "part": dict(part, text="")}),
        ("response.output_text.delta", {"output_index": 0, "item_id": "msg_1", "content_index": 0, "delta": TEXT}),
        ("response.output_text.done", {"output_index": 0, "item_id": "msg_1", "content_index": 0, "text": TEXT}),
        ("response.output_item.done", {"output_index": 0, "item": item}),
        ("response.incomplete", {"response": dict(response, status="incomplete", output=[item], usage=usage,
                                                  incomplete_details={"reason": "max_output_tokens"})})]
    return "".join(named(name, sequence_number=n, **data) for n, (name, data) in enumerate(events))


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.send_response(404)
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_HEAD

    def do_POST(self):
        text = self.rfile.read(int(self.headers["content-length"])).decode()
        asked = json.loads(text)
        with open("log", "a") as log:
            log.write(f"max {asked.get('max_tokens') or asked.get('max_output_tokens')}, {text.count(TEXT)} answers before it\n")
        body = (messages if "/messages" in self.path else responses)(asked["model"]).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)"
mkdir home codex
# claude [NAME=VALUE]: asks Claude Code once, and tells what came.
claude() {
  : > log
  env -i PATH="$PATH" HOME="$work/home" LANG=C.UTF-8 ANTHROPIC_BASE_URL="$base" ANTHROPIC_AUTH_TOKEN=any ANTHROPIC_MODEL=claude-haiku-4-5 \
    ANTHROPIC_SMALL_FAST_MODEL=claude-haiku-4-5 DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 "$@" \
    node_modules/.bin/claude -p "write a long poem" < /dev/null > out 2>&1 || true
  cat log
  grep -o "exceeded the [0-9]* output token maximum" out
  echo "answers shown: $(grep -c "the beginning of an answer" out)"
}
cat > codex/config.toml <<TOML
model = "gpt-5"
model_provider = "stub"
[model_providers.stub]
name = "stub"
base_url = "$base/v1"
wire_api = "responses"
TOML
{
  echo "Claude Code"
  claude
  echo "Claude Code, 64000"
  claude CLAUDE_CODE_MAX_OUTPUT_TOKENS=64000
  echo "Codex"
  : > log
  env -i PATH="$PATH" HOME="$work/home" CODEX_HOME="$work/codex" node_modules/.bin/codex exec --skip-git-repo-check --json "write a long poem" < /dev/null > out 2>&1 || true
  cat log
  grep -o "Incomplete response returned, reason: max_output_tokens" out | uniq
  echo "answers shown: $(grep -c "the beginning of an answer" out)"
} | tee seen
cat > expected <<'TXT'
Claude Code
max 32000, 0 answers before it
max 32000, 1 answers before it
max 32000, 2 answers before it
max 32000, 3 answers before it
exceeded the 32000 output token maximum
answers shown: 0
Claude Code, 64000
max 64000, 0 answers before it
max 64000, 1 answers before it
max 64000, 2 answers before it
max 64000, 3 answers before it
exceeded the 64000 output token maximum
answers shown: 0
Codex
max None, 0 answers before it
Incomplete response returned, reason: max_output_tokens
answers shown: 1
TXT
diff expected seen && echo "as described"
