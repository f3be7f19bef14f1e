#!/usr/bin/env bash
# P4: CPU time of the governed gateway per relayed chunk: 200 streams of 50 chunks, 20 ms apart.
cd "$(dirname "$0")/.."
. bench/lib.sh
. launcher/find-jdk.sh
java="$(find_jdk)/bin/java"
runs="${RUNS:-3}"
load() { "$java" bench/Streams.java "$TALLYGATE_URL" "$TALLYGATE_DEMO_KEY" "$model" "${STREAMS:-200}" "${CHUNKS:-50}" "${EVERY:-20ms}" "$1"; }
load "${WARM:-2}" > /dev/null
for _ in $(seq "$runs"); do
  before=$(cpu_micros)
  out=$(load "${ROUNDS:-3}")
  after=$(cpu_micros)
  echo "$out" | awk -v cpu="$((${after%.*} - ${before%.*}))" '{ printf "P4  %6.1f us/chunk  %s\n", cpu / $2, $0 }'
done
