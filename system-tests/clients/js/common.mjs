// What every Node client needs: its environment, and one line with what it got.
export const { BASE, KEY, MODEL, PROMPT, TOOLS } = process.env;
export const MAX_TOKENS = Number(process.env.MAX_TOKENS);
export const SCHEMA = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

export async function run(call) {
  try {
    const { text, tool } = await call();
    console.log("RESULT " + JSON.stringify({ text, tool: tool ?? null, error: null }));
  } catch (ex) {
    console.log("RESULT " + JSON.stringify({ error: `${ex?.name}: ${ex?.message ?? ex}` }));
  }
}
