import json

from common import BASE, KEY, MAX_TOKENS, MODEL, PROMPT, SCHEMA, TOOLS, run
from openai import OpenAI


def call():
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
    more = {"tools": tools} if TOOLS else {}
    text, arguments = "", ""
    stream = OpenAI(base_url=BASE + "/v1", api_key=KEY).chat.completions.create(
        model=MODEL, max_tokens=MAX_TOKENS, stream=True, messages=[{"role": "user", "content": PROMPT}], **more)
    finish = None
    for chunk in stream:
        for choice in chunk.choices:
            text += choice.delta.content or ""
            arguments += "".join(tool.function.arguments or "" for tool in choice.delta.tool_calls or [])
            finish = choice.finish_reason or finish
    if finish is None:
        raise ValueError("the stream ended without a finish reason: " + text)
    return text, json.loads(arguments) if arguments else None


run(call)
