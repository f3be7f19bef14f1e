#!/usr/bin/env bash
# P7: from the end of a call to when its cost is known to be counted, at every gateway of TALLYGATE_GATEWAY_URLS, under load.
# The way: spool, usage topic, budget-service's transaction, status topic, gateway. One call of a user is timed at a time.
cd "$(dirname "$0")/.."
. bench/lib.sh
. launcher/find-jdk.sh
java="$(find_jdk)/bin/java"
IFS=, read -r -a gateways <<< "${TALLYGATE_GATEWAY_URLS:-$TALLYGATE_URL}"
buckets() {
  for gateway in "${gateways[@]}"; do
    management="http://127.0.0.1:$((${gateway##*:} + 1370))"
    curl -sS "$management/actuator/prometheus" | sed -nE 's/^tallygate_admission_feedback_seconds_bucket\{.*le="([^"]+)".*\} (.*)$/\1 \2/p'
  done
}
load() {
  for gateway in "${gateways[@]}"; do
    "$java" bench/Latency.java "$TALLYGATE_SIMULATOR_URL/openai/v1/chat/completions" sk-sim-bench \
      "$gateway/v1/chat/completions" "$TALLYGATE_DEMO_KEY" "$((${RATE:-200} / ${#gateways[@]}))" "$1" > /dev/null &
  done
  wait
}
load "${WARM:-10}"
before=$(buckets)
load "${SECONDS_PER_RUN:-20}"
after=$(buckets)
{ echo "$before" | sed 's/^/-1 /'; echo "$after" | sed 's/^/1 /'; } \
  | awk 'NF == 3 { n[$2] += $1 * $3 } END { for (le in n) print (le == "+Inf" ? 1e9 : le), n[le] }' | sort -g | awk '
  { le[NR] = $1; n[NR] = $2 }
  END {
    printf "P7  %d calls timed", n[NR]
    for (i = 1; i < NR; i++) printf ", %.1f %% within %g ms", 100 * n[i] / n[NR], 1000 * le[i]
    for (i = 1; i <= NR; i++) if (n[i] >= 0.99 * n[NR]) { printf "; p99 within %g ms\n", 1000 * le[i]; break }
  }'
