#!/usr/bin/env bash
# What the installation's sum costs budget-service's intake: a row for each partition, as it is, beside one row for all.
# Needs nothing running. BATCHES sets how many batches each of four threads takes in (default 200).
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -q -Dquick -pl budget-service -am test -Dtest=SharedRowBench -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsurefire.args="-XX:TieredStopAtLevel=4 -Dbatches=${BATCHES:-200}" | grep '^SHARED ROW'
