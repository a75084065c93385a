import { beforeEach, describe, expect, test } from "vitest";
import { HostError } from "../src/host-error.js";
import { laidOut } from "../src/state/json-layout.js";
import { formatDuration } from "../src/state/numbers.js";
import { Playground, READY, choices, takesBody } from "../src/state/playground.js";
import { bodyText, decisionReason } from "../src/state/response-text.js";

const SECRET = "ks_stag_7Qf3aB2kLm9X_secret";

/** @type {import("../src/types/PlaygroundResponse").PlaygroundResponse} */
const ok = { status: 200, reason: "OK", headers: [], body: "", truncated: false, bytes: 0, milliseconds: 3, decision: null };

const trial = { keyId: "id", name: "reader", projectId: "p", environmentId: "e" };

describe("the Playground", () => {
  /** @type {any[]} */
  let sent;
  /** @type {string[]} */
  let called;
  /** @type {any} */
  let host;
  /** @type {Playground} */
  let playground;

  beforeEach(() => {
    sent = [];
    called = [];
    host = {
      sendRequest: async (/** @type {any} */ fields) => (sent.push(fields), ok),
      endTrial: async () => (called.push("endTrial"), null),
    };
    playground = new Playground(host, () => {});
    playground.at("e");
  });

  const remembered = () => JSON.stringify({ ...playground, host: null, drafts: [...playground.drafts] });

  function pasted() {
    playground.choose("pasted");
    playground.paste(SECRET);
  }

  test("pasted_key_is_forgotten_before_the_response", async () => {
    pasted();
    const sending = playground.send();
    expect(remembered(), "a response may take a minute").not.toContain("secret");
    await sending;
    expect(sent[0].key).toEqual({ source: "pasted", text: SECRET });
    expect(remembered()).not.toContain("secret");
  });

  test("leaving_the_tab_forgets_the_pasted_key", () => {
    pasted();
    playground.at(null);
    expect(remembered()).not.toContain("secret");
    playground.at("e");
    expect(playground.key, "each visit starts without a key").toBe("none");
  });

  test("choosing_another_key_forgets_the_pasted_key", () => {
    pasted();
    playground.choose("none");
    expect(remembered()).not.toContain("secret");
  });

  test("rejected_request_restores_the_pasted_key", async () => {
    host.sendRequest = async () => {
      throw new HostError("invalid_path", "A path begins with /.", "Write it like /products.", "path");
    };
    pasted();
    await playground.send();
    expect(playground.pasted, "fixing the path must not require pasting again").toBe(SECRET);
  });

  test("response_after_leaving_the_tab_is_dropped", async () => {
    const sending = playground.send();
    playground.at("other");
    playground.at("e");
    await sending;
    expect(playground.result).toBeNull();
    expect(playground.sending).toBe(false);
  });

  test("leaving_the_tab_ends_the_trial", () => {
    playground.setTrial(trial);
    expect(playground.key).toBe("trial");
    playground.at("e");
    expect(called, "reading the same tab again is not leaving it").toEqual([]);
    playground.at(null);
    expect(called).toEqual(["endTrial"]);
    expect([playground.trial, playground.key]).toEqual([null, "none"]);
  });

  test("new_trial_survives_navigation_to_its_tab", () => {
    playground.setTrial({ ...trial, environmentId: "other" });
    playground.at("other");
    expect(called, "the new trial belongs to the new tab").toEqual([]);
    expect([playground.ownTrial?.name, playground.key]).toEqual(["reader", "trial"]);
  });

  test("trial_ends_after_a_reload_at_another_place", () => {
    const reloaded = new Playground(host, () => {});
    reloaded.setTrial(trial);
    reloaded.at(null);
    expect(called).toEqual(["endTrial"]);
  });

  test("sample_request_is_sent_with_its_body", async () => {
    playground.setTrial(trial);
    await playground.sendReady(READY[0]);
    await playground.sendReady(READY[1]);
    expect(sent.map(({ method, path, body, key }) => [method, path, body, key.source])).toEqual([
      ["GET", "/products", null, "trial"],
      ["POST", "/products", '{"name": "Lamp"}', "trial"],
    ]);
    expect(playground.draft.method, "Send must repeat the last request").toBe("POST");
  });

  test("method_without_body_keeps_the_typed_body", async () => {
    playground.write({ method: "POST", body: "x" });
    playground.write({ method: "GET" });
    await playground.send();
    expect(sent[0].body).toBeNull();
    expect(playground.draft.body).toBe("x");
    expect(takesBody("DELETE")).toBe(false);
  });

  describe("in production", () => {
    beforeEach(() => {
      host.sendRequest = async (/** @type {any} */ fields) => {
        if (!fields.confirmed && fields.method !== "GET") throw new HostError("production_unconfirmed", "This would change production.");
        sent.push(fields);
        return ok;
      };
      playground.write({ method: "POST", path: "/products" });
    });

    test("confirmation_lasts_until_the_tab_is_left", async () => {
      await playground.send();
      expect([playground.unconfirmed?.method, playground.unconfirmed?.path, sent.length]).toEqual(["POST", "/products", 0]);
      await playground.confirm();
      await playground.send();
      expect([sent.length, playground.unconfirmed], "the second request needs no confirmation").toEqual([2, null]);
      playground.at(null);
      playground.at("e");
      await playground.send();
      expect([sent.length, playground.unconfirmed === null], "a new visit needs confirmation again").toEqual([2, false]);
    });

    test("send_is_ignored_while_confirmation_is_pending", async () => {
      await playground.send();
      await playground.send();
      expect(sent).toEqual([]);
    });

    test("cancelled_confirmation_restores_the_pasted_key", async () => {
      pasted();
      await playground.send();
      playground.withdraw();
      expect([playground.pasted, playground.unconfirmed], "an unsent key must not be lost").toEqual([SECRET, null]);
      await playground.send();
      await playground.confirm();
      expect(sent[0].key.text).toBe(SECRET);
      expect(remembered()).not.toContain("secret");
    });

    test("editing_the_request_cancels_the_confirmation", async () => {
      await playground.send();
      playground.write({ method: "DELETE" });
      expect(playground.unconfirmed, "the confirmation is for the shown request only").toBeNull();
    });
  });
});

test("key_choices_keep_the_chosen_key", () => {
  const key = (/** @type {string} */ id, /** @type {boolean} */ keychain, state = "active") =>
    /** @type {any} */ ({ id, name: `key ${id}`, keychain, state });
  const labels = (/** @type {any} */ chosen) =>
    choices([key("a", true), key("b", false), key("c", false, "revoked")], chosen, null).map(({ label }) => label);
  expect(labels("none")).toEqual(["No key", "key a", "Paste a key"]);
  expect(labels("keychain:c"), "another key must not be sent instead").toContain("key c (revoked)");
});

test("json_layout_keeps_every_token", () => {
  const text = '{"id":12345678901234567890,"a":[],"b":[1.50,{"c":"x, {y} \\" z"}],"a":{}}';
  expect(laidOut(text)).toBe(
    '{\n  "id": 12345678901234567890,\n  "a": [],\n  "b": [\n    1.50,\n    {\n      "c": "x, {y} \\" z"\n    }\n  ],\n  "a": {}\n}',
  );
  expect(laidOut('"["'), "brackets in a string add no lines").toBe('"["');
  expect(laidOut("{no}")).toBeNull();
  expect(laidOut("[".repeat(5000) + "]".repeat(5000)), "indentation would grow with the square of the depth").toBeNull();
});

test("body_text_names_its_kind_and_size", () => {
  const type = (/** @type {string} */ value) => ({ headers: [{ name: "Content-Type", value }] });
  expect(bodyText({ ...ok, ...type("application/problem+json"), body: "[1]", bytes: 3 }, "en").text).toBe("[\n  1\n]");
  expect(bodyText({ ...ok, ...type("text/plain"), body: "1", bytes: 1 }, "en")).toEqual({ text: "1", note: "Text, 1 byte" });
  expect(bodyText({ ...ok, body: null, bytes: 5120 }, "en")).toEqual({ text: null, note: "Binary, 5.1 kB" });
  expect(bodyText({ ...ok, body: '{"a":', bytes: 9000, truncated: true }, "en"), "truncated JSON is shown as text").toEqual({
    text: '{"a":',
    note: "Text, 9 kB, truncated",
  });
  expect(bodyText(ok, "en")).toEqual({ text: null, note: "No body" });
});

test.each([
  [0.3, "<1 ms"],
  [3.4, "3 ms"],
  [1234, "1,234 ms"],
  [61_240, "61.2 s"],
])("duration_of_%d_ms_is_%s", (milliseconds, text) => expect(formatDuration(milliseconds, "en")).toBe(text));

test.each([
  [{ allowed: true, code: "allowed", access: "read", keyName: "reader" }, "Allowed: reader has Read"],
  [{ allowed: true, code: "allowed", access: "open", keyName: null }, "Allowed: public route"],
  [{ allowed: false, code: "insufficient_scope", access: "write", keyName: "reader" }, "Denied: reader needs Write"],
  [{ allowed: false, code: "revoked", access: "read", keyName: "reader" }, "Denied: key revoked"],
  [{ allowed: true, code: "upstream_timeout", access: "read", keyName: "reader" }, "Allowed, API timed out"],
])("decision_reason_names_the_key: %o", (decision, text) => expect(decisionReason(/** @type {any} */ (decision))).toBe(text));
