# opencode, headless, with a home of its own.
# What it installs for itself at its start is kept.
export XDG_CACHE_HOME="$CLIENTS/opencode-cache"
mkdir -p "$HOME/.config/opencode"
cat > "$HOME/.config/opencode/opencode.json" <<JSON
{"\$schema": "https://opencode.ai/config.json", "autoupdate": false, "share": "disabled",
 "provider": {"tallygate": {"npm": "@ai-sdk/openai-compatible", "name": "Tallygate",
   "options": {"baseURL": "$BASE/v1", "apiKey": "$KEY"}, "models": {"$MODEL": {"name": "$MODEL"}}}}}
JSON
"$CLIENTS/agents/node_modules/.bin/opencode" run --model "tallygate/$MODEL" "$PROMPT" > "$HOME/out" 2> "$HOME/err"
status=$?
"$CLIENTS/py/bin/python" - "$HOME/out" "$HOME/err" "$status" <<'PY'
import json, re, sys
plain = lambda path: re.sub(r"\x1b\[[0-9;]*m", "", open(path).read()).strip()
out, err = plain(sys.argv[1]), plain(sys.argv[2])
failed = sys.argv[3] != "0" or "Error:" in err
print("RESULT " + json.dumps({"error" if failed else "text": (err[-500:] if failed else out) or "nothing"}))
PY
