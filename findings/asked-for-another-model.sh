#!/usr/bin/env bash
# litellm 1.110.2 asked for a model at an address of one's own (api_base), and the model that comes there:
#
#   openai/gpt-sol-latest     gpt-6.1-sol, and the answer is said to be of gpt-6.1-sol
#   openai/gpt-mine-latest    gpt-mine-latest
#   openai/gpt-4o             gpt-4o
#
# One would expect the name to go as it is written, as any other does: whoever gives an address may mean any model by it. 98 entries of its list of prices are names for
# whatever is newest (alias_of), and are replaced before the call. litellm.model_cost has the same names with prices and no word of it. Without
# LITELLM_LOCAL_MODEL_COST_MAP the list is fetched when the package is imported, so that one program may ask for another model tomorrow.
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
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))["model"]
        print(asked, file=open("asked", "w"), flush=True)
        body = json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": asked,
                           "choices": [{"index": 0, "message": {"role": "assistant", "content": "done"}, "finish_reason": "stop"}],
                           "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.py <<'PY'
import json, pathlib, sys
import litellm

for model in ("openai/gpt-sol-latest", "openai/gpt-mine-latest", "openai/gpt-4o"):
    answer = litellm.completion(model=model, api_base=sys.argv[1], api_key="k", messages=[{"role": "user", "content": "go"}])
    print("seen:", model, "asked", open("asked").read().strip(), "answer", answer.model)
listed = json.loads((pathlib.Path(litellm.__file__).parent / "model_prices_and_context_window_backup.json").read_text())
print("seen: names for others in the list", sum("alias_of" in entry for entry in listed.values()),
      "told of by model_cost", sum("alias_of" in entry for entry in litellm.model_cost.values()))
PY
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
LITELLM_LOCAL_MODEL_COST_MAP=True py/bin/python reader.py "http://127.0.0.1:$(cat port)/v1" 2> err | grep ^seen | tee seen
cat > expected <<'TXT'
seen: openai/gpt-sol-latest asked gpt-6.1-sol answer gpt-6.1-sol
seen: openai/gpt-mine-latest asked gpt-mine-latest answer gpt-mine-latest
seen: openai/gpt-4o asked gpt-4o answer gpt-4o
seen: names for others in the list 98 told of by model_cost 0
TXT
diff expected seen && echo "as described"
