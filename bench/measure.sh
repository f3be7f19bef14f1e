# Sourced by all.sh: starting and stopping, loads, the CPU time of processes, rows and the table.
seconds="${SECONDS_PER_RUN:-10}"
. launcher/find-jdk.sh
jdk_java="$(find_jdk)/bin/java"
tick=$(getconf CLK_TCK)
trees=()
declare -A url=() key=() admin=() simulator=() keys=() budgets=() pids=() launcher=()
nginx=""

# The process that listens on a port, found without any tool but /proc.
listener() {
  local hex inode
  hex=$(printf ':%04X' "$1")
  inode=$(awk -v p="$hex" '$4 == "0A" && substr($2, length($2) - 4) == p { print $10; exit }' /proc/net/tcp /proc/net/tcp6)
  [ -n "$inode" ] || { echo "nothing listens on port $1" >&2; return 1; }
  { find /proc/[0-9]*/fd -lname "socket:\\[$inode\\]" -printf '%h\n' -quit 2>/dev/null || true; } | cut -d/ -f3 # processes end while it looks
}

# User and system time of a process and of the children it has or had, in microseconds.
cpu_of() {
  local pid="$1" all=("/proc/$1/stat") child
  if [ "${2:-}" = children ]; then
    for child in $(cat "/proc/$pid/task/$pid/children"); do all+=("/proc/$child/stat"); done
  fi
  cat "${all[@]}" 2>/dev/null | awk -v tick="$tick" -v own="$pid" '
    { id = $1; sub(/.*\) /, ""); sum += $12 + $13; if (id == own) sum += $14 + $15 }
    END { printf "%d", sum * 1000000 / tick }'
}

start_tree() {
  local name="$1" tree="$2" at="$3" part
  (cd "$tree" && exec env TALLYGATE_PORT_OFFSET="$at" TALLYGATE_GUARD_REPEATS=0 TALLYGATE_GUARD_REPEATS_PER_MINUTE=0 \
    ./quickstart --ephemeral > "$work/$name.log" 2>&1) &
  launcher[$name]=$!
  until grep -q 'Tallygate is ready' "$work/$name.log" 2>/dev/null; do
    kill -0 "${launcher[$name]}" 2>/dev/null || { cat "$work/$name.log" >&2; exit 1; }
    sleep 0.5
  done
  row P9 "ready, s" "$name" "$(sed -n 's/.*ready after \([0-9]*\) s\..*/\1/p' "$work/$name.log")"
  eval "$(sed "s/^/local /" "$tree/.tallygate/quickstart.env")"
  url[$name]="$TALLYGATE_URL" key[$name]="$TALLYGATE_DEMO_KEY" admin[$name]="$TALLYGATE_ADMIN_KEY"
  simulator[$name]="$TALLYGATE_SIMULATOR_URL" keys[$name]="$TALLYGATE_KEYS_URL" budgets[$name]="$TALLYGATE_BUDGETS_URL"
  fund "$name"
  pids[$name.gateway]=$(listener "${TALLYGATE_URL##*:}")
  pids[$name.keys]=$(listener "${TALLYGATE_KEYS_URL##*:}")
  pids[$name.metering]=$(listener "${TALLYGATE_METERING_URL##*:}")
  pids[$name.budget]=$(listener "${TALLYGATE_BUDGETS_URL##*:}")
  pids[$name.console]=$(listener "${TALLYGATE_CONSOLE_URL##*:}")
  pids[$name.kafka]=$(listener "${TALLYGATE_KAFKA##*:}")
  pids[$name.postgres]=$(listener $((15432 + at)))
  trees+=("$name")
}

# A quick machine makes more calls than a month's free credits pay.
fund() {
  local user
  user=$(curl -sf "${keys[$1]}/api/users/me" -H "Authorization: Bearer ${key[$1]}" | sed 's/^[^}]*"id":"\([^"]*\)".*/\1/')
  curl -sf -o /dev/null "${budgets[$1]}/api/users/$user/credits" -H "Authorization: Bearer ${admin[$1]}" -H 'Content-Type: application/json' \
    -d '{"amount":1000000,"reason":"a measurement","idempotencyKey":"bench"}' || echo "$1: calls are paid with the free credits only" >&2
}

parts=(gateway kafka budget postgres keys metering console)

cpu() {
  local how=""
  [ "$2" != postgres ] || how=children
  cpu_of "${pids[$1.$2]}" $how
}

mebibytes() { awk '/VmRSS/ { printf "%d", $2 / 1024 }' "/proc/${pids[$1.$2]}/status"; }

stop_all() {
  local pid
  [ -z "$nginx" ] || kill "$nginx" 2>/dev/null || true
  for pid in "${launcher[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${launcher[@]}"; do wait "$pid" 2>/dev/null || true; done
}

# nginx relays to the simulator of this tree: a bare relay, one worker, kept connections, nothing buffered.
start_nginx() {
  local port=$((18080 + offset))
  command -v nginx > /dev/null || { echo "No nginx on the PATH: the table goes without." >&2; return; }
  cat > "$work/nginx.conf" <<CONF
daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.err;
events { worker_connections 4096; }
http {
  access_log off; tcp_nodelay on; keepalive_requests 1000000000;
  client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  upstream simulator { server ${simulator[now]#http://}; keepalive 512; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:$port;
    location / {
      proxy_pass http://simulator/openai/; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
    }
  }
}
CONF
  nginx -p "$work" -c "$work/nginx.conf" & nginx=$!
  sleep 1
  url[nginx]="http://127.0.0.1:$port" key[nginx]=sk-sim-bench
  pids[nginx.gateway]=$nginx
}

# What wrk sends for a load: body, path and headers.
script() {
  local tree="$1" what="$2" path=/v1/chat/completions headers body chat_body
  local bearer="${key[$tree]}" model='openai:gpt-4o-mini'
  [ "$tree" != nginx ] || model=gpt-4o-mini
  chat_body='{"model":"'$model'","messages":[{"role":"user","content":"Say hello [[sim: output=8]]"}],"max_tokens":50}'
  body="$chat_body"
  headers='wrk.headers["Content-Type"] = "application/json"'
  case "$what" in
    messages) path=/v1/messages
      body='{"model":"anthropic:claude-haiku-4-5","max_tokens":50,"messages":[{"role":"user","content":"Say hello [[sim: output=8]]"}]}' ;;
    crossed) path=/v1/messages
      body='{"model":"openai:gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":"Say hello [[sim: output=8]]"}]}' ;;
    responses) path=/v1/responses
      body='{"model":"openai:gpt-4o-mini","store":false,"input":"Say hello [[sim: output=8]]","max_output_tokens":50}' ;;
    embeddings) path=/v1/embeddings
      body='{"model":"openai:text-embedding-3-small","input":"Say hello"}' ;;
    unknown-key) bearer=$(unknown_key) ;;
    malformed-key) bearer=tg_live_nonsense ;;
    malformed-body) body='{"model":"openai:gpt-4o-mini","messages":[{"role":"user","content":"Say' ;;
    too-large) body=''; headers+='; wrk.headers["Expect"] = "100-continue"; wrk.headers["Content-Length"] = "1099511627776"' ;;
    no-budget) bearer=$(poor_key "$tree") ;;
  esac
  cat > "$work/$tree.$what.lua" <<LUA
wrk.method = "POST"
wrk.body = [==[$body]==]
$headers
wrk.headers["Authorization"] = "Bearer $bearer"
wrk.path = "$path"
LUA
  echo "$work/$tree.$what.lua"
}

# Of the right form, with a right check sum, and nobody's.
unknown_key() {
  local body="tg_dev_$(head -c 400 /dev/urandom | tr -dc A-Za-z0-9 | head -c 40)" crc check="" i
  crc=$(printf %s "$body" | gzip -1 -c | tail -c8 | head -c4 | od -An -tu4 | tr -d " ")
  for i in 1 2 3 4 5 6; do
    check="${alphabet:$((crc % 62)):1}$check"
    crc=$((crc / 62))
  done
  echo "$body$check"
}
alphabet=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz

# The key of a user with a hard budget of nothing.
poor_key() {
  local tree="$1" answer user
  if [ ! -f "$work/$tree.poor" ]; then
    answer=$(curl -sf "${keys[$tree]}/api/users" -H "Authorization: Bearer ${admin[$tree]}" -H 'Content-Type: application/json' \
      -d '{"email":"poor@example.com","displayName":"Poor"}')
    user=$(sed -n 's/.*"user":{"id":"\([^"]*\)".*/\1/p; t; s/^{"id":"\([^"]*\)".*/\1/p' <<< "$answer")
    sed -n 's/.*"secret":"\([^"]*\)".*/\1/p' <<< "$answer" > "$work/$tree.poor"
    curl -sf -X PATCH "${budgets[$tree]}/api/users/$user/budget" -H "Authorization: Bearer ${admin[$tree]}" \
      -H 'Content-Type: application/json' -d '{"monthlyBudgetCents":0}' > /dev/null || echo "no budget set at $tree" >&2
    sleep 2
  fi
  cat "$work/$tree.poor"
}

# Loads with wrk, for so many seconds or for at least so many calls, and prints "requests rate not-2xx".
load() {
  local tree="$1" kind="$2" what="$3" much="$4" file for_s="$4" least=0
  if [ "$kind" = count ]; then for_s=2 least="$much"; fi
  file=$(script "$tree" "$what")
  local n=0 bad=0 part rate
  while :; do
    part=$(wrk -t1 -c"${CONNECTIONS:-32}" -d"${for_s}s" -s "$file" "${url[$tree]}" | awk '
      /requests in/ { n = $1 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { bad = $NF }
      END { printf "%d %d %d\n", n, rate, bad }')
    read -r much rate part <<< "$part"
    n=$((n + much)) bad=$((bad + part))
    [ "$n" -lt "$least" ] || break
  done
  echo "$n $rate $bad"
}

# The trees that serve a wire: an older one may not. What is crossed of chat goes to a provider of messages.
serving() {
  local tree what="$1" path body
  for tree in "${trees[@]}"; do
    case "$what" in
      *" crossed") ! [[ "$(streamed "$tree" "${what% crossed}" crossed 1 5 0ms 1)" == *" broken 0" ]] || echo "$tree" ;;
      *) script "$tree" "$what" > /dev/null
        path=$(sed -n 's/^wrk.path = "\(.*\)"/\1/p' "$work/$tree.$what.lua")
        body=$(sed -n 's/^wrk.body = \[==\[\(.*\)\]==\]/\1/p' "$work/$tree.$what.lua")
        ! curl -sf -o /dev/null "${url[$tree]}$path" -H "Authorization: Bearer ${key[$tree]}" -H 'Content-Type: application/json' -d "$body" || echo "$tree" ;;
    esac
  done
}

# Streams of a wire, on a provider of its own dialect or crossed: TREE WIRE crossed|"" STREAMS CHUNKS EVERY ROUNDS
streamed() {
  local model=openai:gpt-4o-mini
  if [ "$2" = messages ] && [ -z "$3" ] || [ "$2" != messages ] && [ -n "$3" ]; then model=anthropic:claude-haiku-4-5; fi
  [ "$1" != nginx ] || model=gpt-4o-mini
  "$jdk_java" bench/Streams.java "${url[$1]}" "${key[$1]}" "$model" "$4" "$5" "$6" "$7" "$2"
}

# CPU of one part for each request of a load: us TREE PART count|seconds WHAT N
us() {
  local tree="$1" part="$2" before after out
  before=$(cpu "$tree" "$part")
  out=$(load "$tree" "$3" "$4" "$5")
  after=$(cpu "$tree" "$part")
  awk -v cpu=$((after - before)) '{ printf "%.1f", cpu / $1 }' <<< "$out"
  echo "$tree $4: $out, $(( (after - before) / 1000 )) ms" >> "$work/loads.log"
}

# One load, the CPU of every part; what is done later counts: the last event is booked before the second look.
p1_and_p11() {
  local tree="$1" part out n sum=0 each
  local -A before=()
  for part in "${parts[@]}"; do before[$part]=$(cpu "$tree" "$part"); done
  out=$(load "$tree" seconds chat "$seconds")
  echo "$tree chat: $out" >> "$work/loads.log"
  n=${out%% *}
  each=$(( $(cpu "$tree" gateway) - before[gateway] ))
  row P1 chat "$tree" "$(awk -v c="$each" -v n="$n" 'BEGIN { printf "%.1f", c / n }')"
  sleep "${SETTLE:-4}"
  for part in "${parts[@]}"; do
    each=$(( $(cpu "$tree" "$part") - before[$part] ))
    sum=$((sum + each))
    row P11 "$part" "$tree" "$(awk -v c="$each" -v n="$n" 'BEGIN { printf "%.1f", c / n }')"
  done
  row P11 "whole product" "$tree" "$(awk -v c="$sum" -v n="$n" 'BEGIN { printf "%.1f", c / n }')"
}

nginx_us() { us nginx gateway seconds chat "$seconds"; }

# CPU of the gateway for each relayed chunk: TREE ROUNDS [chat|messages|responses] [crossed]
streams() {
  local tree="$1" before after out wire="${3:-chat}"
  before=$(cpu "$tree" gateway)
  out=$(streamed "$tree" "$wire" "${4:-}" "${STREAMS:-200}" "${CHUNKS:-50}" "${EVERY:-20ms}" "$2")
  after=$(cpu "$tree" gateway)
  echo "$tree streams $wire ${4:-}: $out" >> "$work/loads.log"
  [[ "$out" == *" broken 0" ]] || echo "$tree: not all streams of $wire ${4:-} were whole: $out" >&2
  awk -v cpu=$((after - before)) '{ printf "%.1f", cpu / $2 }' <<< "$out"
}

nginx_streams() { streams nginx 2; }

# What the gateway adds at 200 calls/s, in ms.
latency() {
  local tree="$1" out
  out=$("$jdk_java" bench/Latency.java "${simulator[$tree]}/openai/v1/chat/completions" sk-sim-bench \
    "${url[$tree]}/v1/chat/completions" "${key[$tree]}" "${RATE:-200}" "${LATENCY_SECONDS:-15}")
  echo "$tree latency: $out" >> "$work/loads.log"
  row P3 "added p50, ms" "$tree" "$(sed -n 's/.*added.*p50 *\([-0-9.]*\).*/\1/p' <<< "$out" | tail -1)"
  row P3 "added p99, ms" "$tree" "$(sed -n 's/.*added.*p99 *\([-0-9.]*\).*/\1/p' <<< "$out" | tail -1)"
}

# Notes a figure; several of one row become their median.
row() { printf '%s\t%s\t%s\t%s\n' "$@" >> "$work/rows"; }

table() {
  awk -F'\t' '
    { r = $1 "\t" $2; if (!(r in seen)) { seen[r] = 1; order[++count] = r } v[r, $3, ++n[r, $3]] = $4 }
    function median(r, who,    m, i, j, t, a) {
      m = n[r, who]; if (!m) return ""
      for (i = 1; i <= m; i++) a[i] = v[r, who, i] + 0
      for (i = 1; i <= m; i++) for (j = i + 1; j <= m; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t }
      return a[int((m + 1) / 2)]
    }
    END {
      printf "%-8s %-20s %9s %9s %9s %10s %10s\n", "", "", "now", "base", "nginx", "now/base", "now/nginx"
      for (i = 1; i <= count; i++) {
        r = order[i]; split(r, p, "\t"); a = median(r, "now"); b = median(r, "base"); x = median(r, "nginx")
        printf "%-8s %-20s %9s %9s %9s %10s %10s\n", p[1], p[2], a, b, x, (a != "" && b > 0) ? sprintf("%.2f", a / b) : "", (a != "" && x > 0) ? sprintf("%.1f", a / x) : ""
      }
    }' "$work/rows"
  echo
  echo "CPU in microseconds a call (a chunk, a refusal) unless it says otherwise; medians. The loads, with what was not 2xx:"
  cat "$work/loads.log"
}
