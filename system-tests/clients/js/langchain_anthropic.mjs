import { ChatAnthropic } from "@langchain/anthropic";
import { BASE, KEY, MAX_TOKENS, MODEL } from "./common.mjs";
import { ask } from "./langchain.mjs";

await ask(new ChatAnthropic({ model: MODEL, apiKey: KEY, maxTokens: MAX_TOKENS, anthropicApiUrl: BASE }));
