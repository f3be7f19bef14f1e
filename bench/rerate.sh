#!/usr/bin/env bash
# A re-rating of a month of calls of one model, dry and real, with its time. Needs nothing running. CALLS sets how many (default 1000000).
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -q -Dquick -pl metering-service -am test -Dtest=RerateBench -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsurefire.args="-Dcalls=${CALLS:-1000000} -Xmx2g" | grep '^RERATE'
