from anthropic import Anthropic
from common import BASE, KEY, MAX_TOKENS, MODEL, PROMPT, SCHEMA, TOOLS, run


def call():
    more = {"tools": [{"name": "get_weather", "input_schema": SCHEMA}]} if TOOLS else {}
    with Anthropic(base_url=BASE, api_key=KEY).messages.stream(
            model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": PROMPT}], **more) as stream:
        message = stream.get_final_message()
    if message.stop_reason is None:
        raise ValueError("the stream ended without a stop reason")
    tools = [block.input for block in message.content if block.type == "tool_use"]
    return "".join(block.text for block in message.content if block.type == "text"), tools[0] if tools else None


run(call)
