import Anthropic from "@anthropic-ai/sdk";
import { BASE, KEY, MAX_TOKENS, MODEL, PROMPT, SCHEMA, TOOLS, run } from "./common.mjs";

await run(async () => {
  const tools = TOOLS ? { tools: [{ name: "get_weather", input_schema: SCHEMA }] } : {};
  const message = await new Anthropic({ baseURL: BASE, apiKey: KEY }).messages
    .stream({ model: MODEL, max_tokens: MAX_TOKENS, messages: [{ role: "user", content: PROMPT }], ...tools })
    .finalMessage();
  const text = message.content.filter((block) => block.type === "text").map((block) => block.text).join("");
  return { text, tool: message.content.find((block) => block.type === "tool_use")?.input };
});
