from common import BASE, KEY, MAX_TOKENS, MODEL, PROMPT, SCHEMA, TOOLS, run
from langchain_anthropic import ChatAnthropic


def call():
    model = ChatAnthropic(model=MODEL, base_url=BASE, api_key=KEY, max_tokens=MAX_TOKENS)
    if TOOLS:
        model = model.bind_tools([{"title": "get_weather", "description": "the weather", **SCHEMA}])
    whole = None
    for chunk in model.stream(PROMPT):
        whole = chunk if whole is None else whole + chunk
    return whole.text, whole.tool_calls[0]["args"] if whole.tool_calls else None


run(call)
