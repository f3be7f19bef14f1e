import OpenAI from "openai";
import { BASE, KEY, MAX_TOKENS, MODEL, PROMPT, SCHEMA, TOOLS, run } from "./common.mjs";

await run(async () => {
  const tools = TOOLS ? { tools: [{ type: "function", name: "get_weather", parameters: SCHEMA, strict: false }] } : {};
  const stream = await new OpenAI({ baseURL: BASE + "/v1", apiKey: KEY }).responses.create({
    model: MODEL, max_output_tokens: MAX_TOKENS, stream: true, input: PROMPT, ...tools,
  });
  let text = "", last;
  for await (const event of stream) {
    if (event.type === "response.output_text.delta") text += event.delta;
    if (event.type === "response.failed") throw new Error(event.response.error.code + ": " + event.response.error.message);
    last = event;
  }
  if (last?.type !== "response.completed") throw new Error("the stream ended with " + last?.type);
  const call = last.response.output.find((item) => item.type === "function_call");
  return { text, tool: call && JSON.parse(call.arguments) };
});
