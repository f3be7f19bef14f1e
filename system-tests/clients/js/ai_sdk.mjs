import { jsonSchema, streamText, tool } from "ai";
import { MAX_TOKENS, PROMPT, SCHEMA, TOOLS, run } from "./common.mjs";

export const ask = (model) =>
  run(async () => {
    const tools = TOOLS ? { tools: { get_weather: tool({ inputSchema: jsonSchema(SCHEMA) }) } } : {};
    let failed;
    const result = streamText({
      model, prompt: PROMPT, maxOutputTokens: MAX_TOKENS, ...tools,
      onError({ error }) { failed ??= error; },
    });
    let text = "";
    try {
      for await (const part of result.textStream) text += part;
    } catch (ex) {
      throw failed ?? ex;
    }
    if (failed) throw failed;
    const calls = await result.toolCalls;
    return { text, tool: calls[0]?.input };
  });
