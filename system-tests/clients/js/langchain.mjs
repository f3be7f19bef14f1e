import { tool } from "@langchain/core/tools";
import { PROMPT, SCHEMA, TOOLS, run } from "./common.mjs";

export const ask = (model) =>
  run(async () => {
    const bound = TOOLS
      ? model.bindTools([tool(() => "mild", { name: "get_weather", description: "the weather", schema: SCHEMA })])
      : model;
    let whole;
    for await (const chunk of await bound.stream(PROMPT)) whole = whole ? whole.concat(chunk) : chunk;
    return { text: whole.text, tool: whole.tool_calls?.[0]?.args };
  });
