#!/usr/bin/env bash
# P4: CPU time of the governed gateway per relayed chunk: 200 streams of 50 chunks, 20 ms apart.
#   WIRE=chat|messages|responses bench/p4.sh     with MODEL of either dialect, so crossed too; WIRE=all for each of them and each crossing
cd "$(dirname "$0")/.."
. bench/lib.sh
. launcher/find-jdk.sh
java="$(find_jdk)/bin/java"
runs="${RUNS:-3}"
load() { "$java" bench/Streams.java "$TALLYGATE_URL" "$TALLYGATE_DEMO_KEY" "$2" "${STREAMS:-200}" "${CHUNKS:-50}" "${EVERY:-20ms}" "$3" "$1"; }
measure() {
  local before after out
  load "$1" "$2" "${WARM:-2}" > /dev/null
  for _ in $(seq "$runs"); do
    before=$(cpu_micros)
    out=$(load "$1" "$2" "${ROUNDS:-3}")
    after=$(cpu_micros)
    echo "$out" | awk -v cpu="$((${after%.*} - ${before%.*}))" -v name="$1 on $2" '{ printf "P4  %6.1f us/chunk  %-45s %s\n", cpu / $2, name, $0 }'
  done
}
anthropic=anthropic:claude-haiku-4-5
if [ "${WIRE:-chat}" = all ]; then
  for pair in "chat $model" "messages $anthropic" "responses $model" "chat $anthropic" "messages $model" "responses $anthropic"; do
    # shellcheck disable=SC2086
    measure $pair
  done
else
  measure "${WIRE:-chat}" "$model"
fi
