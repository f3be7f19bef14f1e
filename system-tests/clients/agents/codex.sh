# Codex CLI, headless, with a home of its own.
export CODEX_HOME="$HOME/codex" TALLYGATE_KEY="$KEY"
mkdir -p "$CODEX_HOME"
cat > "$CODEX_HOME/config.toml" <<TOML
model = "$MODEL"
model_provider = "tallygate"
[model_providers.tallygate]
name = "Tallygate"
base_url = "$BASE/v1"
env_key = "TALLYGATE_KEY"
wire_api = "responses"
TOML
"$CLIENTS/agents/node_modules/.bin/codex" exec --skip-git-repo-check --json --dangerously-bypass-approvals-and-sandbox "$PROMPT" > "$HOME/out" 2> "$HOME/err"
"$CLIENTS/py/bin/python" - "$HOME/out" "$HOME/err" <<'PY'
import json, sys
text, error, ran = None, None, False
for line in open(sys.argv[1]):
    try:
        event = json.loads(line)
    except ValueError:
        continue
    item = event.get("item", {})
    if item.get("type") == "agent_message":
        text = item.get("text")
    if event.get("type") in ("turn.failed", "error"):
        error = event.get("message") or event.get("error", {}).get("message")
    if event.get("type") == "turn.completed":
        error = None
if text is None and error is None:
    error = open(sys.argv[2]).read().strip()[-500:] or "nothing"
print("RESULT " + json.dumps({"text": text, "error": error}))
PY
