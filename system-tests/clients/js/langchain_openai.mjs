import { ChatOpenAI } from "@langchain/openai";
import { BASE, KEY, MAX_TOKENS, MODEL } from "./common.mjs";
import { ask } from "./langchain.mjs";

await ask(new ChatOpenAI({ model: MODEL, apiKey: KEY, maxTokens: MAX_TOKENS, configuration: { baseURL: BASE + "/v1" } }));
