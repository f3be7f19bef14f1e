#!/usr/bin/env bash
# The option "timeout" of OpenAI's own SDKs, set to two seconds, and a stream of twelve chunks that come 0.4 seconds after one another, 4.8 seconds in
# all. One vendor and the same default (10 minutes): one would expect the same in all, and an informed guess is the time between two reads, as a
# stream that flows is not late.
#
#   openai (Python) 3.57.0   12 chunks: it bounds the time between two reads
#   openai (Node) 7.59.0     12 chunks: it bounds the time until the answer's head
#   openai-java 4.101.0      an error after some of them: it bounds the whole answer
#
# So an answer of more than ten minutes that flows all the time is lost at the tenth in Java, paid for, and no heartbeat helps; in Python a
# heartbeat keeps a stream open for as long as it comes; in Node this option does not end one that has begun.
# Needs Python 3.10 with venv, Node 20 with npm, Java 17 with Maven. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile openai==3.57.0
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund openai@7.59.0

cat > stub.py <<'PY'
import http.server, json, time


def chunk(n):
    return "data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
        {"index": 0, "delta": {"content": str(n)}, "finish_reason": "stop" if n == 12 else None}]}) + "\n\n"


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, text):
        self.wfile.write(f"{len(text):x}\r\n{text}\r\n".encode())
        self.wfile.flush()

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for n in range(1, 13):
                time.sleep(0.4)
                self.send(chunk(n))
            self.send("data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True  # it has left


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
cat > reader.py <<'PY'
import sys
from openai import OpenAI

read, end = 0, "whole"
try:
    for _ in OpenAI(base_url=sys.argv[1], api_key="k", timeout=2, max_retries=0).chat.completions.create(
            model="m", messages=[{"role": "user", "content": "count"}], stream=True):
        read += 1
except Exception:
    end = "failed"
print("python", read, end)
PY
cat > reader.mjs <<'JS'
import OpenAI from "openai";
let read = 0, end = "whole";
try {
  for await (const _ of await new OpenAI({ baseURL: process.argv[2], apiKey: "k", timeout: 2000, maxRetries: 0 }).chat.completions
    .create({ model: "m", messages: [{ role: "user", content: "count" }], stream: true })) read++;
} catch { end = "failed"; }
console.log("node", read, end);
JS
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>seen</groupId><artifactId>timeout</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.openai</groupId><artifactId>openai-java</artifactId><version>4.101.0</version></dependency>
  </dependencies>
</project>
XML
cat > Reader.java <<'JAVA'
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.time.Duration;

class Reader {
	public static void main(String[] args) {
		var client = OpenAIOkHttpClient.builder().baseUrl(args[0]).apiKey("k").timeout(Duration.ofSeconds(2)).maxRetries(0).build();
		int[] read = { 0 };
		String end = "whole";
		try (var stream = client.chat().completions().createStreaming(
				ChatCompletionCreateParams.builder().model("m").addUserMessage("count").build())) {
			stream.stream().forEach((chunk) -> read[0]++);
		}
		catch (RuntimeException ex) {
			end = "failed";
		}
		System.out.println("java " + (read[0] > 0 && read[0] < 12 ? "some " : read[0] + " ") + end);
		System.exit(0);
	}
}
JAVA
mvn -q -B -ntp dependency:copy-dependencies -DoutputDirectory=jars > mvn.log
python3 stub.py &
stub=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
base="http://127.0.0.1:$(cat port)/v1"
{ py/bin/python reader.py "$base"; node reader.mjs "$base"; java -cp 'jars/*' Reader.java "$base"; } 2> err | tee seen
cat > expected <<'TXT'
python 12 whole
node 12 whole
java some failed
TXT
diff expected seen && echo "as described"
