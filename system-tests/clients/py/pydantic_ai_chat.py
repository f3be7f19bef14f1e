import asyncio

from common import BASE, KEY, MODEL, PROMPT, TOOLS, run
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


def call():
    agent = Agent(OpenAIChatModel(MODEL, provider=OpenAIProvider(base_url=BASE + "/v1", api_key=KEY)))
    called = []
    if TOOLS:
        @agent.tool_plain
        def get_weather(city: str) -> str:
            called.append({"city": city})
            return "mild"

    async def ask():
        async with agent.run_stream(PROMPT) as result:
            return "".join([part async for part in result.stream_text(delta=True)])

    return asyncio.run(ask()), called[0] if called else None


run(call)
