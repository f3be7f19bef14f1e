#!/usr/bin/env bash
# What some repairs changed: the same measure in the commit before them and in this one (docs/explanation/repairs.md). Needs nothing running.
set -euo pipefail
cd "$(dirname "$0")/.."
commit=e554406
. launcher/find-jdk.sh
JAVA_HOME=$(find_jdk)
export JAVA_HOME
work=$(mktemp -d)
trap 'git worktree remove --force "$work/old"; rm -rf "$work"' EXIT
git worktree add -q --detach "$work/old" "$commit"

# The class path of the gateway's tests; modules of the reactor are in it as folders.
compiled() {
  (cd "$1" && mvn -q -B -ntp -Dquick -pl gateway-service -am test-compile dependency:build-classpath \
    -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test >"$work/log" 2>&1) || { cat "$work/log" >&2; exit 1; }
  echo "$1/gateway-service/target/test-classes:$1/gateway-service/target/classes:$(cat "$work/classpath")"
}

java() { "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "$@"; }

echo "Before ($commit)"
classes=$(compiled "$work/old")
"$JAVA_HOME/bin/javac" -proc:none -d "$work/probes" -cp "$classes" bench/before/*.java
java -cp "$work/probes:$classes" dev.tallygate.gateway.admission.DoubleCount
java -cp "$work/probes:$classes" dev.tallygate.gateway.usage.SpoolBefore disk "$work/disk"
java -Xmx256m -cp "$work/probes:$classes" dev.tallygate.gateway.usage.SpoolBefore outage "$work/outage"
java -cp "$work/probes:$classes" dev.tallygate.gateway.dialect.Estimates

echo "Now"
classes=$(compiled "$PWD")
"$JAVA_HOME/bin/javac" -proc:none -d "$work/now" -cp "$classes" bench/before/Estimates.java
java -cp "$work/now:$classes" dev.tallygate.gateway.dialect.Estimates
mvn -B -ntp -Dquick -pl gateway-service -am test -Dsurefire.failIfNoSpecifiedTests=false \
  -Dtest='OwnCallsTests,SpoolTests#whatKafkaHasNeedsNoDisk+aRestartAfterALongOutageFitsIntoLittleMemory,AnswerHeapTests' \
  | grep -E 'worst double count|a full disk|restart with|MiB' || { echo "a test failed" >&2; exit 1; }
