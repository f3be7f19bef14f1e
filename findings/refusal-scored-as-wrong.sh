#!/usr/bin/env bash
# dspy 3.4.1: a program is evaluated on 20 examples, one after the other. The server answers the first 12, and answers them right; then the budget is
# used up, and it refuses the other 8 with 402. What comes of it:
#
#   the program, called by itself     raises LMBillingError
#   Evaluate                          returns a score of 60.0, with 8 results of 0.0; the refusals stand in the log alone
#   Evaluate, 10 refused              raises "Execution cancelled due to errors or interruption."
#   Evaluate(max_errors=1)            raises at the first refusal
#
# One would expect the score of what was answered, 100.0, or an exception however many were refused: it knows a bill from a bug, and a program that
# never got to answer is no worse than another. max_errors is 10 where nobody sets it, so up to 9 refusals pass for wrong answers, and whoever compares
# scores, as optimizers do, which is what uses budgets up, prefers what was tried before the budget ended.
# Needs Python 3.10 with venv. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile dspy==3.4.1 litellm==1.110.2 openai==3.57.0

cat > stub.py <<'PY'
import http.server, json


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    left = 0

    def log_message(self, *_):
        pass

    def answer(self, status, told):
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        if status == 402:
            self.send_header("x-should-retry", "false")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # so many calls are answered from now on
        Stub.left = int(self.path[1:])
        self.answer(200, {})

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        Stub.left -= 1
        if Stub.left < 0:
            self.answer(402, {"error": {"message": "No budget left.", "type": "insufficient_quota", "param": None, "code": "budget_exceeded"}})
            return
        self.answer(200, {
            "id": "c", "object": "chat.completion", "created": 1, "model": "m", "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6},
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "[[ ## answer ## ]]\nright\n\n[[ ## completed ## ]]"},
                         "finish_reason": "stop"}]})


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.py <<'PY'
import sys, urllib.request
import dspy

base = sys.argv[1]
dspy.configure(lm=dspy.LM("openai/m", api_base=base + "/v1", api_key="k", cache=False))
program = dspy.Predict("question -> answer")
examples = [dspy.Example(question=f"question {n}", answer="right").with_inputs("question") for n in range(20)]


def tell(what, answered, run):
    urllib.request.urlopen(f"{base}/{answered}").read()
    try:
        print("seen:", what, run())
    except Exception as error:
        print("seen:", what, "raises", type(error).__name__ if what == "alone" else error)


def evaluate(**more):
    result = dspy.Evaluate(devset=examples, metric=lambda example, told, trace=None: told.answer == example.answer, num_threads=1,
                           display_progress=False, **more)(program)
    return result.score, [score for *_, score in result.results].count(0.0)


tell("alone", 0, lambda: program(question="question"))
tell("20 of 20", 20, evaluate)
tell("12 of 20", 12, evaluate)
tell("11 of 20", 11, evaluate)
tell("10 of 20", 10, evaluate)
tell("19 of 20, max_errors=1", 19, lambda: evaluate(max_errors=1))
PY
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
py/bin/python reader.py "http://127.0.0.1:$(cat port)" 2> err | grep ^seen | tee seen
cat > expected <<'TXT'
seen: alone raises LMBillingError
seen: 20 of 20 (100.0, 0)
seen: 12 of 20 (60.0, 8)
seen: 11 of 20 (55.0, 9)
seen: 10 of 20 raises Execution cancelled due to errors or interruption.
seen: 19 of 20, max_errors=1 raises Execution cancelled due to errors or interruption.
TXT
diff expected seen && echo "as described"
