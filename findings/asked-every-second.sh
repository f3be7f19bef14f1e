#!/usr/bin/env bash
# @microsoft/fetch-event-source 2.0.1, which chat pages use since a browser's own EventSource can send neither a body nor a key. A POST of a chat
# completion, with nothing set but method, headers and body, to a server that refuses it, or whose answer breaks after its first chunk ("one "). The
# reader stops it at the fourth request.
#
#                                         402, JSON, x-should-retry: false   a stream that breaks
#   @microsoft/fetch-event-source 2.0.1   4 requests, and going on           4, and going on; "one one one one "
#   openai (Node) 7.59.0                  1, the message is thrown           1, "one " and then an error
#
# The standard of EventSource, whose features it says it has, gives up for good at any status that is not 200. This asks again a second after any
# error, with no limit: a refusal of which it says nothing, and a paid call whose text it adds to what came before. It stops where an onerror of the
# caller's throws. So a page left open on a spent budget asks 3,600 times an hour, and one at a provider that breaks its streams pays for each.
# Needs Python 3.10 and Node 20 with npm; window and document, of which it wants a timer and the page's visibility, are made up. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund @microsoft/fetch-event-source@2.0.1 openai@7.59.0

cat > stub.py <<'PY'
import http.server, json

CHUNK = "data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
    {"index": 0, "delta": {"role": "assistant", "content": "one "}, "finish_reason": None}]}) + "\n\n"
REFUSAL = json.dumps({"error": {"message": "no budget left", "type": "insufficient_quota", "param": None, "code": "budget_exceeded"}})
asked = {}


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, content_type, body):
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        if status == 402:
            self.send_header("x-should-retry", "false")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # how often it was asked
        self.answer(200, "text/plain", str(asked.get(self.path, 0)).encode())

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        scenario = "/" + self.path.split("/")[1]
        asked[scenario] = asked.get(scenario, 0) + 1
        if scenario.startswith("/402"):
            self.answer(402, "application/json", REFUSAL.encode())
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self.wfile.write(f"{len(CHUNK):x}\r\n{CHUNK}\r\n".encode())  # and no last chunk: the connection breaks
        self.close_connection = True


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.mjs <<'JS'
globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
const { fetchEventSource } = await import("@microsoft/fetch-event-source");
const { default: OpenAI } = await import("openai");
const base = process.argv[2], body = { model: "m", stream: true, messages: [{ role: "user", content: "count" }] };
const asked = async (scenario) => Number(await (await fetch(`${base}/${scenario}`)).text());
for (const scenario of ["402", "broken"]) {
  let text = "";
  const stop = new AbortController();
  const watch = setInterval(async () => { if (await asked(scenario) >= 4) stop.abort(); }, 100);
  await fetchEventSource(`${base}/${scenario}/v1/chat/completions`, {
    method: "POST", headers: { "content-type": "application/json", authorization: "Bearer k" }, body: JSON.stringify(body), signal: stop.signal,
    onmessage: (event) => { text += JSON.parse(event.data).choices[0].delta.content; },
  });
  clearInterval(watch);
  console.log(`fetch-event-source ${scenario}: ${await asked(scenario)}, stopped by us ${stop.signal.aborted}, "${text}"`);
}
for (const scenario of ["402-sdk", "broken-sdk"]) {
  let text = "", thrown;
  try {
    for await (const chunk of await new OpenAI({ baseURL: `${base}/${scenario}/v1`, apiKey: "k" }).chat.completions.create(body)) text += chunk.choices[0].delta.content;
  } catch (error) { thrown = error.status ? error.message : "an error"; }
  console.log(`openai ${scenario}: ${await asked(scenario)}, ${thrown}, "${text}"`);
}
JS
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
timeout 60 node reader.mjs "http://127.0.0.1:$(cat port)" | tee seen
cat > expected <<'TXT'
fetch-event-source 402: 4, stopped by us true, ""
fetch-event-source broken: 4, stopped by us true, "one one one one "
openai 402-sdk: 1, 402 no budget left, ""
openai broken-sdk: 1, an error, "one "
TXT
diff expected seen && echo "as described"
