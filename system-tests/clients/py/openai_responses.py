import json

from common import BASE, KEY, MAX_TOKENS, MODEL, PROMPT, SCHEMA, TOOLS, run
from openai import OpenAI


def call():
    more = {"tools": [{"type": "function", "name": "get_weather", "parameters": SCHEMA}]} if TOOLS else {}
    with OpenAI(base_url=BASE + "/v1", api_key=KEY).responses.stream(
            model=MODEL, max_output_tokens=MAX_TOKENS, input=PROMPT, **more) as stream:
        for event in stream:
            if event.type == "response.failed":
                raise ValueError(f"{event.response.error.code}: {event.response.error.message}")
            if event.type == "error":
                raise ValueError(event.message)
        answer = stream.get_final_response()
    calls = [json.loads(item.arguments) for item in answer.output if item.type == "function_call"]
    return answer.output_text, calls[0] if calls else None


run(call)
