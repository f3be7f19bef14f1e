import { createOpenAI } from "@ai-sdk/openai";
import { BASE, KEY, MODEL } from "./common.mjs";
import { ask } from "./ai_sdk.mjs";

await ask(createOpenAI({ baseURL: BASE + "/v1", apiKey: KEY }).chat(MODEL));
