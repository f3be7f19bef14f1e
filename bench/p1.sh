#!/usr/bin/env bash
# P1: CPU time of the governed gateway per call that is not streamed, 32 connections.
cd "$(dirname "$0")/.."
. bench/lib.sh
warm="${WARM:-15}"
seconds="${SECONDS_PER_RUN:-10}"
runs="${RUNS:-3}"
script=$(mktemp)
trap 'rm -f "$script"' EXIT
cat > "$script" <<LUA
wrk.method = "POST"
before = [==[{"model":"$model","messages":[{"role":"user","content":"Say hello to the bench ]==]
after = [==[ [[sim: output=8]]"}],"max_tokens":50}]==]
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer $TALLYGATE_DEMO_KEY"
-- The same prompt again and again is taken for a loop that has run away.
n = 0
function request() n = n + 1 return wrk.format(nil, nil, nil, before .. n .. after) end
LUA
load() { wrk -t1 -c32 -d"$1"s -s "$script" "$TALLYGATE_URL/v1/chat/completions"; }
load "$warm" > /dev/null
for _ in $(seq "$runs"); do
  before=$(cpu_micros)
  out=$(load "$seconds")
  after=$(cpu_micros)
  echo "$out" | awk -v cpu="$((${after%.*} - ${before%.*}))" '
    /requests in/ { n = $1 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { bad = $NF } /Socket errors/ { sock = $0 }
    END { printf "P1  %6.1f us/request  %8.0f requests/s  %d requests, %d not 2xx %s\n", cpu / n, rate, n, bad, sock }'
done
