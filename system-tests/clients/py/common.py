"""What every Python client needs: its environment, and one line with what it got."""
import json
import os

BASE, KEY, MODEL = os.environ["BASE"], os.environ["KEY"], os.environ["MODEL"]
PROMPT, TOOLS, MAX_TOKENS = os.environ["PROMPT"], os.environ.get("TOOLS"), int(os.environ["MAX_TOKENS"])
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def run(call):
    try:
        text, tool = call()
        print("RESULT " + json.dumps({"text": text, "tool": tool, "error": None}))
    except Exception as ex:
        print("RESULT " + json.dumps({"error": f"{type(ex).__name__}: {ex}"}))
