#!/usr/bin/env bash
# How long each page of the console takes to be useful with a million calls of one person in the ledger (CALLS=… for another number).
# Needs a running ./quickstart with TALLYGATE_GUARD_REPEATS=0 or without load; adds the calls to the demo user's month by way of Kafka, as a gateway would.
# Prints for each page the median and the longest of twenty loads, whole HTML, in ms. What a page fetches after it is there (the books' audit, the audit chain) is a line of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
. "${TALLYGATE_ENV:-.tallygate/quickstart.env}"
. launcher/find-jdk.sh
java=$(find_jdk)/bin/java
calls=${CALLS:-1000000}
loads=${LOADS:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && "${java%java}jar" xf "$OLDPWD"/metering-service/target/metering-service-*-exec.jar BOOT-INF/lib)

field() { grep -o "\"$1\":\"[^\"]*\"" | head -1 | cut -d'"' -f4; }
user=$(curl -sSf "$TALLYGATE_KEYS_URL/api/users/me" -H "Authorization: Bearer $TALLYGATE_DEMO_KEY" | field id)
key=$(curl -sSf "$TALLYGATE_KEYS_URL/api/users/me/keys" -H "Authorization: Bearer $TALLYGATE_DEMO_KEY" | field id)
booked() {
  curl -sSf "$TALLYGATE_METERING_URL/api/users/me/usage/summary" -H "Authorization: Bearer $TALLYGATE_DEMO_KEY" | grep -o '"requestCount":[0-9]*' | tail -1 | cut -d: -f2
}
before=$(booked)
began=$SECONDS
"$java" -Xmx512m -cp "$work/BOOT-INF/lib/*" bench/MillionCalls.java "$TALLYGATE_KAFKA" "$user" "$key" "$calls" 2>/dev/null
until [ "$(booked)" -ge $((before + calls)) ]; do
  [ $((SECONDS - began)) -lt 900 ] || { echo "Only $(booked) of $calls calls were booked in 15 minutes" >&2; exit 1; }
  sleep 2
done
echo "$calls calls told and booked in $((SECONDS - began)) s"

sign_in() {
  local token
  token=$(curl -sSf -c "$work/$1" "$TALLYGATE_CONSOLE_URL/sign-in" | sed -n 's/.*name="_csrf" value="\([^"]*\)".*/\1/p' | head -1)
  curl -sSf -o /dev/null -b "$work/$1" -c "$work/$1" "$TALLYGATE_CONSOLE_URL/sign-in" --data-urlencode "_csrf=$token" --data-urlencode "apiKey=$2"
}
page() {
  local times
  times=$(for _ in $(seq "$loads"); do curl -sSf -o /dev/null -w '%{time_total}\n' -b "$work/$1" "$TALLYGATE_CONSOLE_URL$2"; done | sort -n)
  printf '%-28s median %5.0f ms, longest %5.0f ms\n' "$2" "$(sed -n "$(((loads + 1) / 2))p" <<<"$times" | awk '{print $1 * 1000}')" "$(tail -1 <<<"$times" | awk '{print $1 * 1000}')"
}
sign_in person "$TALLYGATE_DEMO_KEY"
sign_in admin "$TALLYGATE_ADMIN_KEY"
call=$(curl -sSf "$TALLYGATE_METERING_URL/api/users/me/usage/events?limit=1" -H "Authorization: Bearer $TALLYGATE_DEMO_KEY" | field callId)
for path in / /start /calls "/calls?model=gpt-4o" "/calls?tag=team:search" "/calls/$call" /budget /keys "/keys/$key" /provider-keys /models /try; do page person "$path"; done
for path in /admin /admin/books /admin/system /admin/users /admin/budgets /admin/alerts /admin/webhooks /admin/prices /admin/audit /admin/audit/chain; do page admin "$path"; done
