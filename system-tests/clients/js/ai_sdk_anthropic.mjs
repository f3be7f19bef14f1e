import { createAnthropic } from "@ai-sdk/anthropic";
import { BASE, KEY, MODEL } from "./common.mjs";
import { ask } from "./ai_sdk.mjs";

await ask(createAnthropic({ baseURL: BASE + "/v1", apiKey: KEY })(MODEL));
