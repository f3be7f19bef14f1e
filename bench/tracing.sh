#!/usr/bin/env bash
# P1 without traces, with every call traced, and with one in a hundred: what tracing costs a call.
#   OTELCOL=<otelcol> bench/tracing.sh      starts ./quickstart --ephemeral three times and stops it; WARM, SECONDS_PER_RUN, RUNS as for p1.sh
# The collector takes what it is sent and writes nothing down. system-tests/tracing/builder.yaml says how to make one.
set -euo pipefail
cd "$(dirname "$0")/.."
otelcol=${OTELCOL:?names the collector to run}
export OTLP_PORT=${OTLP_PORT:-43181}
work=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  pids=()
}
trap 'stop; rm -rf "$work"' EXIT
sed 's/verbosity: detailed/verbosity: basic/' system-tests/tracing/collector.yaml >"$work/collector.yaml"
for mode in "off" "on 1" "sampled 0.01"; do
  read -r name part <<<"$mode"
  settings=(TALLYGATE_GUARD_REPEATS=0)
  if [ "$name" != off ]; then
    settings+=(TALLYGATE_TRACING_ENDPOINT="http://127.0.0.1:$OTLP_PORT/v1/traces" TALLYGATE_TRACING_SAMPLING="$part")
    "$otelcol" --config "$work/collector.yaml" >"$work/collector.log" 2>&1 &
    pids+=($!)
  fi
  env "${settings[@]}" ./quickstart --ephemeral >"$work/quickstart.log" 2>&1 &
  pids+=($!)
  until grep -q '^Tallygate is ready' "$work/quickstart.log"; do
    kill -0 "${pids[-1]}" 2>/dev/null || { cat "$work/quickstart.log" >&2; exit 1; }
    sleep 1
  done
  echo "Traces $name${part:+, sampling $part}"
  bench/p1.sh
  stop
done
