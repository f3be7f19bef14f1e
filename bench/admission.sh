#!/usr/bin/env bash
# What admitting and settling a call costs: without a limit, under one, with a lease held, under three scopes, and with a hold that grows.
# And at e554406, before there were leases, scopes and steps: without a limit and under one. Needs nothing running. CALLS sets how many
# calls a run has (default 500000).
set -euo pipefail
cd "$(dirname "$0")/.."
. launcher/find-jdk.sh
JAVA_HOME=$(find_jdk)
export JAVA_HOME
work=$(mktemp -d)
trap 'git worktree remove --force "$work/old"; rm -rf "$work"' EXIT
git worktree add -q --detach "$work/old" e554406
(cd "$work/old" && mvn -q -B -ntp -Dquick -pl gateway-service -am test-compile dependency:build-classpath \
  -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test)
classes=$work/old/gateway-service/target/classes:$(cat "$work/classpath")
"$JAVA_HOME/bin/javac" -proc:none -d "$work/probe" -cp "$classes" bench/before/AdmissionCost.java
"$JAVA_HOME/bin/java" -XX:+UseSerialGC -Dcalls="${CALLS:-500000}" -cp "$work/probe:$classes" dev.tallygate.gateway.admission.AdmissionCost

mvn -q -Dquick -pl gateway-service -am test -Dtest=AdmissionBench -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsurefire.args="-XX:TieredStopAtLevel=4 -Dcalls=${CALLS:-500000}" | grep '^ADMISSION'
