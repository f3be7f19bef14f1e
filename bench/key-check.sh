#!/usr/bin/env bash
# What checking a key costs, from the cache and by look-up, and whether a refusal's duration tells why (Welch's t).
# Needs nothing running. SAMPLES sets how many look-ups of each kind (default 20000).
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -q -Dquick -pl key-service -am test -Dtest=KeyCheckBench -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsurefire.args="-Dsamples=${SAMPLES:-20000}" | grep '^KEY'
