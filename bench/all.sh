#!/usr/bin/env bash
# Every figure that can be told side by side, in one table: this tree, another build of it, and nginx as a bare relay.
#   bench/all.sh [BASE]     BASE is a built tree to compare with, say `git worktree add ../base <commit>`
# Starts and stops what it measures: both trees with ./quickstart --ephemeral, prepared, nginx before the simulator.
cd "$(dirname "$0")/.."
set -euo pipefail
. bench/measure.sh
base="${1:-}"
offset="${TALLYGATE_PORT_OFFSET:-0}"
work=$(mktemp -d)
trap 'stop_all; rm -rf "$work"' EXIT

start_tree now "$PWD" "$offset"
if [ -n "$base" ]; then
  start_tree base "$base" $((offset + 40))
fi
start_nginx

for tree in "${trees[@]}"; do
  row P12 "first 20,000 calls" "$tree" "$(us "$tree" gateway count chat 20000)"
done
# By calls and not by seconds: the second compiler is done after some 150,000 of them, on a slow machine as on a fast one.
for tree in "${trees[@]}"; do
  us "$tree" gateway count chat "${WARM_CALLS:-200000}" > /dev/null
done
for round in $(seq "${ROUNDS:-3}"); do
  for tree in "${trees[@]}"; do
    p1_and_p11 "$tree"
  done
  [ -z "$nginx" ] || row P1 chat nginx "$(nginx_us)"
done
for wire in messages responses embeddings crossed; do
  for tree in $(serving "$wire"); do
    us "$tree" gateway seconds "$wire" "${WARM_WIRE:-6}" > /dev/null
    row P1 "$wire" "$tree" "$(us "$tree" gateway seconds "$wire" "$seconds")"
  done
done
for refusal in unknown-key malformed-key malformed-body too-large no-budget; do
  for tree in "${trees[@]}"; do
    us "$tree" gateway seconds "$refusal" 3 > /dev/null
    row refused "$refusal" "$tree" "$(us "$tree" gateway seconds "$refusal" "$seconds")"
  done
done
for tree in "${trees[@]}"; do
  streams "$tree" 1 > /dev/null
done
for round in $(seq "${ROUNDS:-3}"); do
  for tree in "${trees[@]}"; do
    row P4 "a chunk" "$tree" "$(streams "$tree" 2)"
  done
  [ -z "$nginx" ] || row P4 "a chunk" nginx "$(nginx_streams)"
done
for wire in messages responses "chat crossed" "messages crossed" "responses crossed"; do
  for tree in $(serving "$wire"); do
    # shellcheck disable=SC2086
    streams "$tree" 1 $wire > /dev/null
    # shellcheck disable=SC2086
    row P4 "a chunk, $wire" "$tree" "$(streams "$tree" 2 $wire)"
  done
done
for tree in "${trees[@]}"; do
  latency "$tree"
  row P10 "gateway, MiB" "$tree" "$(mebibytes "$tree" gateway)"
done
table
