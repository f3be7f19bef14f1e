#!/usr/bin/env bash
# What admitting and settling a call costs: without a limit, under one, with a lease held, under three scopes, and with a hold that grows.
# Needs nothing running. CALLS sets how many calls a run has (default 500000).
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -q -Dquick -pl gateway-service -am test -Dtest=AdmissionBench -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsurefire.args="-XX:TieredStopAtLevel=4 -Dcalls=${CALLS:-500000}" | grep '^ADMISSION'
