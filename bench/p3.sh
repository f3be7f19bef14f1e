#!/usr/bin/env bash
# P3: latency the governed gateway adds to the direct call to the simulator, at 200 requests/s.
cd "$(dirname "$0")/.."
. bench/lib.sh
: "${TALLYGATE_SIMULATOR_URL:?the direct call goes to the simulator}"
. launcher/find-jdk.sh
java="$(find_jdk)/bin/java"
"$java" bench/Latency.java "$TALLYGATE_SIMULATOR_URL/openai/v1/chat/completions" sk-sim-bench \
  "$TALLYGATE_URL/v1/chat/completions" "$TALLYGATE_DEMO_KEY" "${RATE:-200}" "${SECONDS_PER_RUN:-20}"
