#!/usr/bin/env bash
# P6: metering's intake from Kafka into PostgreSQL, effectively once, against COPY of the same ledger rows.
# Needs nothing running. EVENTS sets how many (default 400000).
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -q -Dquick -pl metering-service -am test -Dtest=IntakeBench -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsurefire.args="-XX:TieredStopAtLevel=4 -Devents=${EVENTS:-400000} -Xmx3g" | grep '^P6'
