#!/usr/bin/env bash
# P8: one's own summary, days and first page of calls over REST, with FEW (a tenth of ROWS) and with ROWS rows of 1,000 users in the ledger.
# Needs nothing running; fills an embedded PostgreSQL that is gone afterwards (about 0.7 GB a million rows). ROWS defaults to 2000000.
set -euo pipefail
rows="${ROWS:-2000000}"
cd "$(dirname "$0")/.."
mvn -q -Dquick -pl metering-service -am test -Dtest=SummaryBench -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsurefire.args="-XX:TieredStopAtLevel=4 -Drows=$rows -Dfew=${FEW:-$((rows / 10))} -Dasked=${ASKED:-5000}" | grep '^P8'
