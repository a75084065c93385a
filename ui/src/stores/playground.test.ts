import { beforeEach, describe, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host, PlaygroundRequest } from "../host/host";
import type { PlaygroundResponse } from "../host/types/PlaygroundResponse";
import type { Key } from "../host/types/Key";
import type { Parameter } from "../lib/query";
import { allowsBody, type Choice, keyOptions, MAX_HISTORY, Playground, PRESETS } from "./playground";
import { deferred, keyFixture, trialFixture } from "./test-fixtures";

const SECRET = "ks_stag_7Qf3aB2kLm9X_secret";

const response: PlaygroundResponse = {
  status: 200,
  reason: "OK",
  headers: [],
  body: "",
  truncated: false,
  bytes: 0,
  milliseconds: 3,
  decision: null,
};

let sent: PlaygroundRequest[];
let sendRequest: Host["sendRequest"];
let endTrial: Host["endTrial"];
let playground: Playground;

let savedKeys: Key[];
let isSample: boolean;

const newPlayground = () =>
  new Playground({ sendRequest: (request) => sendRequest(request), endTrial }, () => ({
    keys: savedKeys,
    isSample,
    gatewayUrl: "http://127.0.0.1:7420",
  }));

beforeEach(() => {
  sent = [];
  savedKeys = [];
  isSample = false;
  sendRequest = async (request) => {
    sent.push(request);
    return response;
  };
  endTrial = vi.fn(async () => null);
  playground = newPlayground();
  playground.enter("e", true);
});

/** All state of the Playground as text. */
const state = () =>
  JSON.stringify(playground, (name, value: unknown) => {
    if (name === "host" || name === "factsOf") return undefined;
    return value instanceof Map ? [...value] : value;
  });

function paste() {
  playground.selectKey("pasted");
  playground.setPastedKey(SECRET);
}

describe("the pasted key", () => {
  test("pasted key is dropped before the response", async () => {
    const waiting = deferred<PlaygroundResponse>();
    sendRequest = (request) => {
      sent.push(request);
      return waiting.promise;
    };
    paste();
    const sending = playground.send();
    expect(state(), "a response may take a minute").not.toContain("secret");
    waiting.resolve(response);
    await sending;
    expect(sent[0]?.key).toEqual({ source: "pasted", text: SECRET });
    expect(state()).not.toContain("secret");
  });

  test("pasted key is dropped when the tab is left", () => {
    paste();
    playground.enter("e", false);
    expect(state()).not.toContain("secret");
    playground.enter("e", true);
    expect(playground.key, "each visit starts without a key").toBe("none");
  });

  test("pasted key is dropped when another key is selected", () => {
    paste();
    playground.selectKey("none");
    expect(state()).not.toContain("secret");
  });

  test("pasted key is restored when the request is invalid", async () => {
    const error = new CommandError("invalid_path", "A path begins with /.", "Write it like /products.", "path");
    sendRequest = () => Promise.reject(error);
    paste();
    await playground.send();
    expect(playground.error).toBe(error);
    expect(playground.pastedKey, "fixing the path must not require pasting again").toBe(SECRET);
  });

  test("pasted key is not restored when the request failed", async () => {
    sendRequest = () => Promise.reject(new CommandError("gateway_stopped", "The gateway isn't running."));
    paste();
    await playground.send();
    expect(playground.pastedKey).toBe("");
  });
});

describe("the query", () => {
  const pairs = () => playground.draft.parameters.map(({ name, value, isEnabled }) => [name, value, isEnabled]);
  const change = (index: number, part: Partial<Parameter>) =>
    playground.setParameters(playground.draft.parameters.map((each, at) => (at === index ? { ...each, ...part } : each)));

  beforeEach(() => playground.updateDraft({ path: "/products?page=2&q=desk+lamp" }));

  test("parameters follow the path", () => {
    expect(pairs()).toEqual([
      ["page", "2", true],
      ["q", "desk lamp", true],
    ]);
    playground.updateDraft({ path: "/products?page=3" });
    expect(pairs()).toEqual([["page", "3", true]]);
    playground.updateDraft({ method: "POST" });
    expect(pairs(), "another change keeps them").toEqual([["page", "3", true]]);
  });

  test("path follows the parameters", () => {
    change(1, { value: "grün & blau", text: null });
    expect(playground.draft.path).toBe("/products?page=2&q=gr%C3%BCn%20%26%20blau");
    playground.setParameters([]);
    expect(playground.draft.path).toBe("/products");
  });

  test("disabled parameter is not sent, and stays in its place", async () => {
    change(0, { isEnabled: false });
    await playground.send();
    expect(sent[0]?.path).toBe("/products?q=desk+lamp");
    playground.updateDraft({ path: "/items?q=desk+lamp&sort=name" });
    change(0, { isEnabled: true });
    expect(playground.draft.path).toBe("/items?page=2&q=desk+lamp&sort=name");
  });

  test("restored exchange has the parameters that it was sent with", async () => {
    change(0, { isEnabled: false });
    await playground.send();
    playground.setParameters([]);
    const [exchange] = playground.history;
    if (exchange) playground.restore(exchange);
    expect(pairs()).toEqual([["q", "desk lamp", true]]);
  });

  test("changed parameter needs a new confirmation", async () => {
    sendRequest = () => Promise.reject(new CommandError("production_unconfirmed", "Confirm it."));
    await playground.send();
    expect(playground.pendingConfirmation).not.toBeNull();
    change(0, { isEnabled: false });
    expect(playground.pendingConfirmation, "another request would be confirmed").toBeNull();
  });
});

describe("sending", () => {
  test("canceled request is not waited for", async () => {
    const waiting = deferred<PlaygroundResponse>();
    sendRequest = () => waiting.promise;
    const sending = playground.send();
    playground.cancel();
    expect([playground.isSending, playground.isCanceled]).toEqual([false, true]);
    waiting.resolve(response);
    await sending;
    expect([playground.result, playground.history]).toEqual([null, []]);
    sendRequest = async () => response;
    await playground.send();
    expect([playground.result?.response, playground.isCanceled]).toEqual([response, false]);
  });

  test("path is completed and encoded", async () => {
    playground.updateDraft({ path: "http://127.0.0.1:7420/desk lamp" });
    await playground.send();
    expect(sent[0]?.path).toBe("/desk%20lamp");
    expect(playground.draft.path, "the field shows what was sent").toBe("/desk%20lamp");
  });

  test("sample API suggests its path", () => {
    expect(playground.draft.path).toBe("/");
    isSample = true;
    expect(playground.draft.path).toBe("/products");
  });

  test("response after leaving the environment is dropped", async () => {
    const waiting = deferred<PlaygroundResponse>();
    sendRequest = () => waiting.promise;
    const sending = playground.send();
    playground.enter("other", true);
    playground.enter("e", true);
    waiting.resolve(response);
    await sending;
    expect([playground.result, playground.isSending]).toEqual([null, false]);
  });

  test("preset is sent with its body and becomes the draft", async () => {
    playground.setTrial(trialFixture());
    for (const preset of PRESETS) await playground.sendPreset(preset);
    expect(sent.map(({ method, path, body, key }) => [method, path, body, key.source])).toEqual([
      ["GET", "/products", null, "trial"],
      ["POST", "/products", '{"name": "Lamp"}', "trial"],
    ]);
    expect(playground.draft.method, "Send must repeat the last request").toBe("POST");
  });

  test("method without a body keeps the typed body", async () => {
    playground.updateDraft({ method: "POST", body: "x" });
    playground.updateDraft({ method: "GET" });
    await playground.send();
    expect(sent[0]?.body).toBeNull();
    expect(playground.draft.body).toBe("x");
    expect(allowsBody("DELETE")).toBe(false);
  });

  test("draft is kept when the tab is left, until its environment is deleted", () => {
    playground.updateDraft({ path: "/orders" });
    playground.enter("other", true);
    playground.enter("e", true);
    expect(playground.draft.path).toBe("/orders");
    playground.forget("e");
    expect(playground.draft.path).toBe("/");
  });
});

describe("the trial key", () => {
  test("trial ends when the environment is left", () => {
    playground.setTrial(trialFixture());
    expect(playground.key).toBe("trial");
    playground.enter("e", true);
    expect(endTrial, "reading the same tab again is not leaving it").not.toHaveBeenCalled();
    playground.enter("e", false);
    expect(endTrial, "the gateway may have to be set up first").not.toHaveBeenCalled();
    playground.enter(null, false);
    expect(endTrial).toHaveBeenCalledTimes(1);
    playground.enter("e", true);
    expect([playground.trialKey, playground.key]).toEqual([null, "none"]);
  });

  test("new trial survives the navigation to its environment", () => {
    playground.setTrial(trialFixture({ environmentId: "other" }));
    expect(playground.trialKey, "it belongs to another tab").toBeNull();
    playground.enter("other", true);
    expect(endTrial).not.toHaveBeenCalled();
    expect([playground.trialKey?.name, playground.key]).toEqual(["reader", "trial"]);
  });

  test("trial ends after a reload at another route", () => {
    const reloaded = newPlayground();
    reloaded.setTrial(trialFixture());
    reloaded.enter(null, false);
    expect(endTrial).toHaveBeenCalledTimes(1);
  });
});

describe("the suggested key", () => {
  test("newest active key in the keychain is suggested", () => {
    savedKeys = [
      keyFixture("old", { keychain: true }),
      keyFixture("new", { keychain: true, createdAt: 2 }),
      keyFixture("revoked", { keychain: true, createdAt: 3, state: "revoked" }),
      keyFixture("elsewhere", { createdAt: 4 }),
    ];
    expect(playground.key).toBe("keychain:new");
    playground.selectKey("none");
    expect(playground.key, "a choice is kept").toBe("none");
    playground.enter("other", true);
    playground.enter("e", true);
    expect(playground.key).toBe("keychain:new");
  });

  test("trial key is preferred", () => {
    savedKeys = [keyFixture("a", { keychain: true })];
    playground.setTrial(trialFixture());
    expect(playground.key).toBe("trial");
  });
});

describe("the history", () => {
  test("history lists the last requests of an environment, newest first", async () => {
    for (let index = 0; index < MAX_HISTORY + 5; index += 1) {
      playground.updateDraft({ path: `/${index}` });
      await playground.send();
    }
    expect(playground.history).toHaveLength(MAX_HISTORY);
    expect(playground.history[0]?.path).toBe("/24");
    playground.enter("other", true);
    expect(playground.history).toEqual([]);
    playground.enter("e", true);
    expect(playground.history).toHaveLength(MAX_HISTORY);
    playground.forget("e");
    expect(playground.history).toEqual([]);
  });

  test("restored exchange is shown and becomes the draft", async () => {
    await playground.sendPreset(PRESETS[1] as (typeof PRESETS)[number]);
    playground.updateDraft({ method: "GET", path: "/other", body: "" });
    await playground.send();
    const [, first] = playground.history;
    if (first) playground.restore(first);
    expect(playground.draft).toMatchObject({ method: "POST", path: "/products", body: '{"name": "Lamp"}', parameters: [] });
    expect(playground.result).toBe(first);
    expect(sent, "nothing is sent again").toHaveLength(2);
  });

  test("history contains no key", async () => {
    paste();
    await playground.send();
    expect(JSON.stringify(playground.history)).not.toContain("secret");
  });

  test("typo does not hide the shown response", async () => {
    await playground.send();
    sendRequest = () => Promise.reject(new CommandError("invalid_path", "Invalid path.", "Begin with /.", "path"));
    await playground.send();
    expect(playground.result?.response).toBe(response);
    sendRequest = () => Promise.reject(new CommandError("no_response", "No response from the gateway."));
    await playground.send();
    expect(playground.result, "an older response must not look like the answer").toBeNull();
  });
});

describe("in production", () => {
  beforeEach(() => {
    sendRequest = async (request) => {
      if (!request.confirmed && request.method !== "GET") {
        throw new CommandError("production_unconfirmed", "This would change production.");
      }
      sent.push(request);
      return response;
    };
    playground.updateDraft({ method: "POST", path: "/products" });
  });

  test("confirmation lasts until the tab is left", async () => {
    await playground.send();
    expect(playground.pendingConfirmation).toMatchObject({ method: "POST", path: "/products" });
    expect(sent).toEqual([]);
    await playground.confirm();
    await playground.send();
    expect(sent, "the second request needs no confirmation").toHaveLength(2);
    playground.enter("e", false);
    playground.enter("e", true);
    await playground.send();
    expect(sent, "a new visit needs confirmation again").toHaveLength(2);
    expect(playground.pendingConfirmation).not.toBeNull();
  });

  test("send is ignored while a confirmation is pending", async () => {
    await playground.send();
    await playground.send();
    expect(sent).toEqual([]);
  });

  test("canceled confirmation restores the pasted key", async () => {
    paste();
    await playground.send();
    playground.cancelConfirmation();
    expect([playground.pastedKey, playground.pendingConfirmation]).toEqual([SECRET, null]);
    await playground.send();
    await playground.confirm();
    expect(sent[0]?.key).toEqual({ source: "pasted", text: SECRET });
    expect(state()).not.toContain("secret");
  });

  test("change of the request cancels the confirmation", async () => {
    await playground.send();
    playground.updateDraft({ method: "DELETE" });
    expect(playground.pendingConfirmation, "the confirmation is for the shown request only").toBeNull();
  });
});

test("key options contain saved keys and always the chosen one", () => {
  const keys = [keyFixture("a", { keychain: true }), keyFixture("b"), keyFixture("c", { state: "revoked" })];
  const labels = (chosen: Choice) => keyOptions(keys, chosen, null).map(({ label }) => label);
  expect(labels("none")).toEqual(["No key", "key a", "Paste a key"]);
  expect(labels("keychain:c"), "another key must not be sent instead").toContain("key c (revoked)");
});

test("key options contain the trial key", () => {
  expect(keyOptions([], "none", trialFixture())).toContainEqual({ choice: "trial", label: "reader (just created)" });
});
