#!/usr/bin/env bash
# P13: everybody's month by user, key, agent, provider and model, and its audit, over REST, with the sums of CALLS calls of 100, 1,000 and 10,000 users.
# Needs nothing running; fills an embedded PostgreSQL that is gone afterwards. CALLS defaults to 4000000, ASKED (of each question) to 300.
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -q -Dquick -pl metering-service -am test -Dtest=EverybodyBench -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsurefire.args="-XX:TieredStopAtLevel=4 -Dcalls=${CALLS:-4000000} -Dasked=${ASKED:-300}" | grep '^P13'
