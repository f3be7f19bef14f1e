#!/usr/bin/env bash
# P2: requests/s and CPU time per request of Portkey's gateway, ungoverned, under the load of P1; then P1 itself.
# It is installed by npm in a folder outside the tree and listens on loopback while this runs.
cd "$(dirname "$0")/.."
. bench/lib.sh
: "${TALLYGATE_SIMULATOR_URL:?both gateways call the simulator}"
version="${PORTKEY_VERSION:-1.15.2}"
home="${PORTKEY_HOME:-${TMPDIR:-/tmp}/tallygate-bench-portkey-$version}"
portkey_port="${PORTKEY_PORT:-18787}"
entry="$home/node_modules/@portkey-ai/gateway/build/start-server.js"
[ -f "$entry" ] || npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$home" "@portkey-ai/gateway@$version"
node "$entry" --port="$portkey_port" --headless > "$home/portkey.log" 2>&1 &
portkey=$!
script=$(mktemp)
trap 'rm -f "$script"; kill "$portkey" 2>/dev/null || true' EXIT
for _ in $(seq 100); do (: < "/dev/tcp/127.0.0.1/$portkey_port") 2>/dev/null && break; sleep 0.1; done
cat > "$script" <<LUA
wrk.method = "POST"
before = [==[{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say hello to the bench ]==]
after = [==[ [[sim: output=8]]"}],"max_tokens":50}]==]
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer sk-sim-bench"
wrk.headers["x-portkey-provider"] = "openai"
wrk.headers["x-portkey-custom-host"] = "$TALLYGATE_SIMULATOR_URL/openai/v1"
-- The same prompt again and again is taken for a loop that has run away.
n = 0
function request() n = n + 1 return wrk.format(nil, nil, nil, before .. n .. after) end
LUA
load() { wrk -t1 -c32 -d"$1"s -s "$script" "http://127.0.0.1:$portkey_port/v1/chat/completions"; }
tallygate_pid="$gateway_pid"
gateway_pid="$portkey"
load "${WARM:-15}" > /dev/null
for _ in $(seq "${RUNS:-3}"); do
  before=$(cpu_micros)
  out=$(load "${SECONDS_PER_RUN:-10}")
  after=$(cpu_micros)
  echo "$out" | awk -v cpu="$((${after%.*} - ${before%.*}))" '
    /requests in/ { n = $1 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { bad = $NF }
    END { printf "P2  %6.1f us/request  %8.0f requests/s  %d requests, %d not 2xx (Portkey)\n", cpu / n, rate, n, bad }'
done
kill "$portkey"
GATEWAY_PID="$tallygate_pid" bench/p1.sh
