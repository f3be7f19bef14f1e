#!/usr/bin/env bash
# litellm 1.110.2 as pip installs it, asked for repeats by its own num_retries, at a server that refuses with 402 and the message "No budget left." What
# the caller reads:
#
#   completion(...)                 APIError: litellm.APIError: APIError: OpenAIException - No budget left.
#   completion(num_retries=2, ...)  Exception: tenacity import failed please run `pip install tenacity`. ErrorNo module named 'tenacity'
#   completion(num_retries=2, ...), the answer good   the answer
#
# One would expect the refusal, or the want of a package to be told when num_retries is given, or by pip. It is no dependency of litellm's, and is missed only once a
# call has failed: then this stands in the refusal's place, with no status, so neither a person nor a program learns that the budget is spent or the key is wrong.
# With tenacity beside it the refusal is told, after three requests. max_retries in num_retries' place needs no tenacity.
# Needs Python 3.10 with venv. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile litellm==1.110.2

cat > stub.py <<'PY'
import http.server, json


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        status = int(self.path.split("/")[1])
        told = {"error": {"message": "No budget left.", "type": "insufficient_quota", "param": None, "code": "budget_exceeded"}}
        if status == 200:
            told = {"id": "c", "object": "chat.completion", "created": 1, "model": "m",
                    "choices": [{"index": 0, "message": {"role": "assistant", "content": "done"}, "finish_reason": "stop"}],
                    "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}}
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        if status == 402:
            self.send_header("x-should-retry", "false")
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.py <<'PY'
import sys
import litellm


def told(name, status, **options):
    try:
        answer = litellm.completion(model="openai/m", api_base=f"{sys.argv[1]}/{status}/v1", api_key="k",
                                    messages=[{"role": "user", "content": "go"}], **options)
        print("seen:", name, answer.choices[0].message.content)
    except Exception as error:
        print("seen:", name, f"{type(error).__name__} {getattr(error, 'status_code', None)}: {error}".strip())


told("plain:", 402)
told("num_retries:", 402, num_retries=2)
told("max_retries:", 402, max_retries=2)
told("num_retries, good:", 200, num_retries=2)
PY
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
LITELLM_LOCAL_MODEL_COST_MAP=True py/bin/python reader.py "http://127.0.0.1:$(cat port)" 2> err | grep ^seen | tee seen
cat > expected <<'TXT'
seen: plain: APIError 402: litellm.APIError: APIError: OpenAIException - No budget left.
seen: num_retries: Exception None: tenacity import failed please run `pip install tenacity`. ErrorNo module named 'tenacity'
seen: max_retries: APIError 402: litellm.APIError: APIError: OpenAIException - No budget left.
seen: num_retries, good: done
TXT
diff expected seen && echo "as described"
