#!/usr/bin/env bash
# What the installation's sum costs budget-service's intake: a row for each partition, as it is, beside one row for all.
# Needs nothing running. Twelve runs of MILLIS (default 3000) with four threads each.
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -q -Dquick -pl budget-service -am test -Dtest=SharedRowBench -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsurefire.args="-XX:TieredStopAtLevel=4 -Dmillis=${MILLIS:-3000}" | grep '^SHARED ROW'
