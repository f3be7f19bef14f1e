#!/usr/bin/env bash
# What rating a call costs in nanoseconds (JMH), and reading its usage; what it cost with four prices a model (commit e554406).
# Needs nothing running; the harness comes from Maven Central.
# Arguments go to JMH, as in: bench/rating.sh -f 3 textInAndOut
set -euo pipefail
cd "$(dirname "$0")/.."
. launcher/find-jdk.sh
java_home=$(find_jdk)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mvn -q -B -ntp -Dquick -pl common-pricing -am -DskipTests test-compile
for artifact in org.openjdk.jmh:jmh-core:1.37 org.openjdk.jmh:jmh-generator-annprocess:1.37 net.sf.jopt-simple:jopt-simple:5.0.4 \
    org.apache.commons:commons-math3:3.6.1; do
  mvn -q -B -ntp dependency:copy -Dartifact="$artifact" -DoutputDirectory="$work/lib" -Dmdep.useBaseVersion=true
done
repository="${MAVEN_REPOSITORY:-$HOME/.m2/repository}"
jars=$(find "$repository/tools/jackson/core" "$repository/com/fasterxml/jackson/core/jackson-annotations" "$repository/org/jspecify" \
    -name '*.jar' ! -name '*sources*' | sort -V | awk -F/ '{ name = $(NF - 2); newest[name] = $0 } END { for (each in newest) print newest[each] }' \
    | paste -sd:)
classes="common-pricing/target/classes:common-events/target/classes:$jars:$work/lib/*"
for name in ModelPrice TokenCounts; do
  git show "e554406:gateway-service/src/main/java/dev/tallygate/gateway/pricing/$name.java" >"$work/$name.java"
done
"$java_home/bin/javac" -proc:full -d "$work/classes" -cp "$classes" bench/RatingBench.java bench/RatingBefore.java "$work"/*.java
"$java_home/bin/java" -cp "$work/classes:$classes" org.openjdk.jmh.Main "${@:-Rating}"
