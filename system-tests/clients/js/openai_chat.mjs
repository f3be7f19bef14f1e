import OpenAI from "openai";
import { BASE, KEY, MAX_TOKENS, MODEL, PROMPT, SCHEMA, TOOLS, run } from "./common.mjs";

await run(async () => {
  const tools = TOOLS ? { tools: [{ type: "function", function: { name: "get_weather", parameters: SCHEMA } }] } : {};
  const stream = await new OpenAI({ baseURL: BASE + "/v1", apiKey: KEY }).chat.completions.create({
    model: MODEL, max_tokens: MAX_TOKENS, stream: true, messages: [{ role: "user", content: PROMPT }], ...tools,
  });
  let text = "", args = "", finish;
  for await (const chunk of stream) {
    for (const choice of chunk.choices) {
      text += choice.delta.content ?? "";
      for (const call of choice.delta.tool_calls ?? []) args += call.function?.arguments ?? "";
      finish = choice.finish_reason ?? finish;
    }
  }
  if (!finish) throw new Error("the stream ended without a finish reason: " + text);
  return { text, tool: args && JSON.parse(args) };
});
