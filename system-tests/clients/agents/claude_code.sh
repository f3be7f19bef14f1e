# Claude Code, headless, with a home of its own.
export ANTHROPIC_BASE_URL="$BASE" ANTHROPIC_AUTH_TOKEN="$KEY" ANTHROPIC_MODEL="$MODEL" ANTHROPIC_SMALL_FAST_MODEL="$MODEL"
export DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1
out=$("$CLIENTS/agents/node_modules/.bin/claude" -p "$PROMPT" --allowedTools Bash --output-format json 2> "$HOME/err")
printf '%s' "$out" | "$CLIENTS/py/bin/python" -c '
import json, sys
text = sys.stdin.read()
try:
    last = json.loads(text[text.index("{"):])
    failed = last.get("is_error")
    print("RESULT " + json.dumps({"error" if failed else "text": last.get("result") or text}))
except ValueError:
    print("RESULT " + json.dumps({"error": text.strip()[-500:] or "nothing"}))'
