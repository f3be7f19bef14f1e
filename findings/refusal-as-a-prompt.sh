#!/usr/bin/env bash
# agno 3.1.10: a workflow of two agents, "one" and "two". The server refuses the call of "one" with 402 and the message "No budget left." and answers
# that of "two". What comes of it:
#
#   agent.run()      raises nothing; its content is "No budget left.", where an answer's text would be, and its status is RunStatus.error
#   workflow.run()   sends "No budget left." as the user's message to "two", which answers and is charged; its status is RunStatus.completed
#
# One would expect the workflow to end where its first step was refused, as one that raises does. Status and text of an agent are one thing to whoever prints content,
# and the workflow looks at the text alone. So a refusal of a gateway is asked of the next model as if it were a task, and paid for; whoever builds
# on agno has to ask for the status of each run. langgraph 1.2.24 in the same place raises, and asks "two" nothing.
# Needs Python 3.10 with venv. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv agno
agno/bin/pip -q install --no-compile agno==3.1.10 openai==2.54.0
python3 -m venv graph
graph/bin/pip -q install --no-compile langgraph==1.2.24 langchain-openai==1.7.4

cat > stub.py <<'PY'
import http.server, json

prompts = []


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

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

    def do_GET(self):  # what was asked since it was last looked at
        self.answer(200, list(prompts))
        prompts.clear()

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        agent = self.path.split("/")[1]
        prompts.append([agent, asked["messages"][-1]["content"]])
        if agent == "one":
            self.answer(402, {"error": {"message": "No budget left.", "type": "insufficient_quota", "param": None, "code": "budget_exceeded"}})
        else:
            self.answer(200, {
                "id": "c", "object": "chat.completion", "created": 1, "model": "m",
                "choices": [{"index": 0, "message": {"role": "assistant", "content": "done"}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}})


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.py <<'PY'
import json, sys, urllib.request

base = sys.argv[1]


def asked():
    return json.loads(urllib.request.urlopen(base).read())


if sys.argv[2] == "agno":
    from agno.agent import Agent
    from agno.models.openai import OpenAIChat
    from agno.workflow import Workflow

    def agent(name):
        return Agent(name=name, model=OpenAIChat(id="m", base_url=f"{base}/{name}/v1", api_key="k"))

    run = agent("one").run("write a poem")
    print("seen: agent:", repr(run.content), run.status, asked())
    run = Workflow(name="w", steps=[agent("one"), agent("two")]).run("write a poem")
    print("seen: workflow:", repr(run.content), run.status, asked())
else:
    from typing import TypedDict
    from langchain_openai import ChatOpenAI
    from langgraph.graph import START, StateGraph

    class State(TypedDict):
        text: str

    def node(name):
        return lambda state: {"text": ChatOpenAI(model="m", base_url=f"{base}/{name}/v1", api_key="k").invoke(state["text"]).text}

    graph = StateGraph(State).add_node("one", node("one")).add_node("two", node("two")).add_edge(START, "one").add_edge("one", "two")
    try:
        graph.compile().invoke({"text": "write a poem"})
    except Exception as error:
        print("seen: langgraph:", error, asked())
PY
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)"
for who in agno graph; do $who/bin/python reader.py "$base" $who 2>> err; done | grep ^seen | tee seen
cat > expected <<'TXT'
seen: agent: 'No budget left.' RunStatus.error [['one', 'write a poem']]
seen: workflow: 'done' RunStatus.completed [['one', 'write a poem'], ['two', 'No budget left.']]
seen: langgraph: Error code: 402 - No budget left. [['one', 'write a poem']]
TXT
diff expected seen && echo "as described"
