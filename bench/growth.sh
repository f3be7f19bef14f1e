#!/usr/bin/env bash
# What a call costs the gateway as there are more users, keys, agents and open streams, and beside refusals by the thousand. Needs nothing
# running, wrk; some minutes. USERS (1000), SECONDS_PER_RUN, WARM_CALLS, STREAM_COUNTS, REFUSALS (a second) change the defaults.
#   What admission alone costs with 100,000 users known: bench/admission.sh.
cd "$(dirname "$0")/.."
set -euo pipefail
. bench/measure.sh
offset="${TALLYGATE_PORT_OFFSET:-0}"
users="${USERS:-1000}"
work=$(mktemp -d)
trap 'stop_all; rm -rf "$work"' EXIT
export TALLYGATE_API_KEYS_MAX_PER_USER=$((users + 10))
start_tree now "$PWD" "$offset"

# With a newline, which an answer has none of.
secret() { grep -o '"secret":"[^"]*' | cut -d'"' -f4; }

post() { curl -sf "$1" -H "Authorization: Bearer $2" -H 'Content-Type: application/json' -d "$3"; }

# One user with that many keys and agents, and that many users with a key each.
for n in $(seq "$users"); do
  post "${keys[now]}/api/users" "${admin[now]}" '{"email":"grows'"$n"'@example.com","displayName":"Grows"}' |
    secret >> "$work/users"
  post "${keys[now]}/api/users/me/keys" "${key[now]}" '{"name":"grows-'"$n"'","keyType":"dev"}' |
    secret >> "$work/keys"
  post "${url[now]}/api/users/me/agents" "${key[now]}" '{"name":"grows-'"$n"'"}' > /dev/null
  echo "grows-$n" >> "$work/agents"
done
for made in users keys; do
  [ "$(wc -l < "$work/$made")" = "$users" ] || { echo "made only $(wc -l < "$work/$made") $made" >&2; exit 1; }
done

# A load by turns over the first so many lines of a file: keys, or agents of the demo user's.
turns() {
  cat > "$work/turns.$1.$2.lua" <<LUA
wrk.method = "POST"
wrk.path = "/v1/chat/completions"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer ${key[now]}"
wrk.body = [==[{"model":"openai:gpt-4o-mini","messages":[{"role":"user","content":"Say hello [[sim: output=8]]"}],"max_tokens":50}]==]
local made, n = {}, 0
function init(args)
  for line in io.lines("$work/$1") do
    if #made == $2 then break end
    local headers = {}
    for name, value in pairs(wrk.headers) do headers[name] = value end
    headers["$3"] = "$4" .. line
    made[#made + 1] = wrk.format(nil, nil, headers)
  end
end
function request() n = n % #made + 1 return made[n] end
LUA
  echo "$work/turns.$1.$2.lua"
}

wrk_for() { wrk -t1 -c"${CONNECTIONS:-32}" -d"$2s" -s "$1" "${url[now]}" | awk '/requests in/ { n = $1 } /Non-2xx/ { bad = $NF } END { printf "%d %d", n, bad }'; }

by_turns() {
  local file before out
  file=$(turns "$1" "$2" "$3" "$4")
  wrk_for "$file" "${WARM_TURNS:-4}" > /dev/null
  before=$(cpu now gateway)
  out=$(wrk_for "$file" "$seconds")
  awk -v cpu=$(( $(cpu now gateway) - before )) -v what="$2 $1" '{ printf "%-16s %7.1f us a call  %d calls, %d not 2xx\n", what, cpu / $1, $1, $2 }' <<< "$out"
}

us now gateway count chat "${WARM_CALLS:-100000}" > /dev/null
for round in $(seq "${ROUNDS:-2}"); do
  for many in 1 $((users / 10)) "$users"; do
    by_turns users "$many" Authorization "Bearer "
    by_turns keys "$many" Authorization "Bearer "
    by_turns agents "$many" x-tallygate-agent ""
  done
done

streams now 1 > /dev/null
for round in $(seq "${ROUNDS:-2}"); do
  for many in ${STREAM_COUNTS:-10 100 500}; do
    printf '%-16s %7s us a chunk\n' "$many streams" "$(STREAMS=$many streams now $((many < 100 ? 6 : 2)))"
  done
done

# Good calls at a fixed rate, without and with refusals from other connections.
beside() {
  "$jdk_java" bench/Latency.java "${simulator[now]}/openai/v1/chat/completions" sk-sim-bench \
    "${url[now]}/v1/chat/completions" "${key[now]}" "${RATE:-50}" "${LATENCY_SECONDS:-15}" | sed "s/^/$1  /"
}
beside "alone           "
file=$(script now unknown-key)
connections=64
echo "function delay() return math.floor($connections * 1000 / ${REFUSALS:-10000}) end" >> "$file"
wrk -t1 -c$connections -d60s -s "$file" "${url[now]}" > "$work/refused" &
refusing=$!
sleep 3
before=$(cpu now gateway)
beside "beside refusals "
used=$(( $(cpu now gateway) - before ))
kill -INT "$refusing"
wait "$refusing" || true
grep -E 'Requests/sec|Non-2xx' "$work/refused"
echo "gateway meanwhile: $((used / 1000)) ms of CPU"
