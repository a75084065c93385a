/** The scenarios of the demo host, chosen in the address with `&scenario=a,b`, and the delay of its responses. */

export const scenarios = new Set((new URLSearchParams(globalThis.location?.search).get("scenario") ?? "").split(","));

/** Waits as long as a command takes: 1.5 s in the scenario `slow`. */
export const wait = (milliseconds = 15): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, scenarios.has("slow") ? 1500 : milliseconds));
