#!/usr/bin/env bash
# R5: a hard budget for ten calls, 400 callers, 1, 2, 3 and 5 gateways as processes, while these and budget-service are killed, stopped and continued.
# Needs nothing running. GATEWAYS, ROUNDS (each fault once a round), CALLERS and SEED change the defaults.
set -euo pipefail
cd "$(dirname "$0")/.."
for gateways in ${GATEWAYS:-1 2 3 5}; do
  mvn -q -Dquick -pl system-tests -am verify -Dtest=HardLimitTests -Dsurefire.failIfNoSpecifiedTests=false \
    -Dtallygate.system.limit-gateways="$gateways" -Dtallygate.system.limit-rounds="${ROUNDS:-3}" \
    -Dtallygate.system.limit-callers="${CALLERS:-400}" ${SEED:+-Dtallygate.system.seed=$SEED} | grep '^R5'
done
