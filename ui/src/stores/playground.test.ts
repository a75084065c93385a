import { beforeEach, describe, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host, PlaygroundRequest } from "../host/host";
import type { PlaygroundResponse } from "../host/types/PlaygroundResponse";
import { allowsBody, type Choice, keyOptions, Playground, PRESETS } from "./playground";
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

const newPlayground = () => new Playground({ sendRequest: (request) => sendRequest(request), endTrial });

beforeEach(() => {
  sent = [];
  sendRequest = async (request) => {
    sent.push(request);
    return response;
  };
  endTrial = vi.fn(async () => null);
  playground = newPlayground();
  playground.enter("e");
});

/** All state of the Playground as text. */
const state = () =>
  JSON.stringify(playground, (name, value: unknown) => {
    if (name === "host") return undefined;
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
    playground.enter(null);
    expect(state()).not.toContain("secret");
    playground.enter("e");
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

describe("sending", () => {
  test("response after leaving the tab is dropped", async () => {
    const waiting = deferred<PlaygroundResponse>();
    sendRequest = () => waiting.promise;
    const sending = playground.send();
    playground.enter("other");
    playground.enter("e");
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
    playground.enter("other");
    playground.enter("e");
    expect(playground.draft.path).toBe("/orders");
    playground.forget("e");
    expect(playground.draft.path).toBe("/");
  });
});

describe("the trial key", () => {
  test("trial ends when the tab is left", () => {
    playground.setTrial(trialFixture());
    expect(playground.key).toBe("trial");
    playground.enter("e");
    expect(endTrial, "reading the same tab again is not leaving it").not.toHaveBeenCalled();
    playground.enter(null);
    expect(endTrial).toHaveBeenCalledTimes(1);
    playground.enter("e");
    expect([playground.trialKey, playground.key]).toEqual([null, "none"]);
  });

  test("new trial survives the navigation to its tab", () => {
    playground.setTrial(trialFixture({ environmentId: "other" }));
    expect(playground.trialKey, "it belongs to another tab").toBeNull();
    playground.enter("other");
    expect(endTrial).not.toHaveBeenCalled();
    expect([playground.trialKey?.name, playground.key]).toEqual(["reader", "trial"]);
  });

  test("trial ends after a reload at another route", () => {
    const reloaded = newPlayground();
    reloaded.setTrial(trialFixture());
    reloaded.enter(null);
    expect(endTrial).toHaveBeenCalledTimes(1);
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
    playground.enter(null);
    playground.enter("e");
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
