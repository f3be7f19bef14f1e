# Shared by the scripts: where the gateway is, its process, its CPU time.
set -euo pipefail

env_file="${TALLYGATE_ENV:-.tallygate/quickstart.env}"
[ -r "$env_file" ] && . "$env_file"
: "${TALLYGATE_URL:?start ./quickstart first, or set TALLYGATE_URL}"
: "${TALLYGATE_DEMO_KEY:?set TALLYGATE_DEMO_KEY to a user key}"
model="${MODEL:-openai:gpt-4o-mini}"
port="${TALLYGATE_URL##*:}"

# The process that listens on a port, found without any tool but /proc.
listener() {
  local hex inode
  hex=$(printf ':%04X' "$1")
  inode=$(awk -v p="$hex" '$4 == "0A" && substr($2, length($2) - 4) == p { print $10; exit }' /proc/net/tcp /proc/net/tcp6)
  [ -n "$inode" ] || { echo "nothing listens on port $1" >&2; return 1; }
  for fd in /proc/[0-9]*/fd/*; do
    if [ "$(readlink "$fd" 2>/dev/null)" = "socket:[$inode]" ]; then
      fd=${fd#/proc/}
      echo "${fd%%/*}"
      return
    fi
  done
}

gateway_pid="${GATEWAY_PID:-$(listener "$port")}"
tick=$(getconf CLK_TCK)

# User and system time of the gateway, in microseconds.
cpu_micros() {
  awk -v tick="$tick" '{ sub(/.*\) /, ""); print ($12 + $13) * 1000000 / tick }' "/proc/$gateway_pid/stat"
}
