import { beforeEach, describe, expect, test } from "vitest";
import { HostError } from "../src/host-error.js";
import { bodyOf, duration, why } from "../src/state/answer.js";
import { laidOut } from "../src/state/json-layout.js";
import { Playground, READY, choices, takesBody } from "../src/state/playground.js";

const SECRET = "ks_stag_7Qf3aB2kLm9X_secret";

/** @type {import("../src/types/PlaygroundAnswer").PlaygroundAnswer} */
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

  test("a_pasted_key_is_forgotten_when_the_request_is_sent_and_not_only_when_it_is_answered", async () => {
    pasted();
    const sending = playground.send();
    expect(remembered(), "an answer may take a minute; the field is empty before it").not.toContain("secret");
    await sending;
    expect(sent[0].key).toEqual({ source: "pasted", text: SECRET });
    expect(remembered()).not.toContain("secret");
  });

  test("a_pasted_key_is_forgotten_when_the_tab_is_left", () => {
    pasted();
    playground.at(null);
    expect(remembered()).not.toContain("secret");
    playground.at("e");
    expect(playground.key, "a key is chosen anew at every visit").toBe("none");
  });

  test("a_pasted_key_is_forgotten_when_another_is_chosen", () => {
    pasted();
    playground.choose("none");
    expect(remembered()).not.toContain("secret");
  });

  test("a_key_that_was_not_sent_is_put_back", async () => {
    host.sendRequest = async () => {
      throw new HostError("invalid_path", "A path begins with /.", "Write it like /products.", "path");
    };
    pasted();
    await playground.send();
    expect(playground.pasted, "who mended the path need not paste again").toBe(SECRET);
  });

  test("an_answer_after_the_tab_was_left_is_dropped", async () => {
    const sending = playground.send();
    playground.at("other");
    playground.at("e");
    await sending;
    expect(playground.answered).toBeNull();
    expect(playground.sending).toBe(false);
  });

  test("leaving_the_tab_ends_the_trial", () => {
    playground.take(trial);
    expect(playground.key).toBe("trial");
    playground.at("e");
    expect(called, "reading the same place again leaves nothing").toEqual([]);
    playground.at(null);
    expect(called).toEqual(["endTrial"]);
    expect([playground.trial, playground.key]).toEqual([null, "none"]);
  });

  test("a_new_trial_survives_the_way_to_its_tab", () => {
    playground.take({ ...trial, environmentId: "other" });
    playground.at("other");
    expect(called, "what ends is the tab that is left, not the trial that is brought").toEqual([]);
    expect([playground.held?.name, playground.key]).toEqual(["reader", "trial"]);
  });

  test("a_trial_held_over_a_reload_ends_when_the_window_stands_elsewhere", () => {
    const reloaded = new Playground(host, () => {});
    reloaded.take(trial);
    reloaded.at(null);
    expect(called).toEqual(["endTrial"]);
  });

  test("a_request_that_is_ready_is_sent_by_one_press_with_its_body", async () => {
    playground.take(trial);
    await playground.sendReady(READY[0]);
    await playground.sendReady(READY[1]);
    expect(sent.map(({ method, path, body, key }) => [method, path, body, key.source])).toEqual([
      ["GET", "/products", null, "trial"],
      ["POST", "/products", '{"name": "Lamp"}', "trial"],
    ]);
    expect(playground.draft.method, "Send repeats the last one").toBe("POST");
  });

  test("a_method_without_a_body_sends_none_and_keeps_what_was_typed", async () => {
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

    test("it_asks_once_and_remembers_the_yes_until_the_tab_is_left", async () => {
      await playground.send();
      expect([playground.question?.method, playground.question?.path, sent.length]).toEqual(["POST", "/products", 0]);
      await playground.confirm();
      await playground.send();
      expect([sent.length, playground.question], "the second one is not asked about").toEqual([2, null]);
      playground.at(null);
      playground.at("e");
      await playground.send();
      expect([sent.length, playground.question === null], "a new visit asks again").toEqual([2, false]);
    });

    test("sending_again_while_it_asks_sends_nothing", async () => {
      await playground.send();
      await playground.send();
      expect(sent).toEqual([]);
    });

    test("a_pasted_key_waits_for_the_yes_and_goes_back_with_the_no", async () => {
      pasted();
      await playground.send();
      playground.withdraw();
      expect([playground.pasted, playground.question], "nothing was sent, so nothing is lost").toEqual([SECRET, null]);
      await playground.send();
      await playground.confirm();
      expect(sent[0].key.text).toBe(SECRET);
      expect(remembered()).not.toContain("secret");
    });

    test("writing_another_request_takes_the_question_back", async () => {
      await playground.send();
      playground.write({ method: "DELETE" });
      expect(playground.question, "the yes was meant for what was asked").toBeNull();
    });
  });
});

test("the_list_of_keys_names_those_in_the_keychain_and_never_swaps_the_chosen_one", () => {
  const key = (/** @type {string} */ id, /** @type {boolean} */ keychain, state = "active") =>
    /** @type {any} */ ({ id, name: `key ${id}`, keychain, state });
  const labels = (/** @type {any} */ chosen) =>
    choices([key("a", true), key("b", false), key("c", false, "revoked")], chosen, null).map(({ label }) => label);
  expect(labels("none")).toEqual(["no key", "key a", "paste a key"]);
  expect(labels("keychain:c"), "a revoked key leaves the keychain, not the request").toContain("key c (revoked)");
});

test("json_is_laid_out_without_changing_a_number_or_a_name", () => {
  const text = '{"id":12345678901234567890,"a":[],"b":[1.50,{"c":"x, {y} \\" z"}],"a":{}}';
  expect(laidOut(text)).toBe(
    '{\n  "id": 12345678901234567890,\n  "a": [],\n  "b": [\n    1.50,\n    {\n      "c": "x, {y} \\" z"\n    }\n  ],\n  "a": {}\n}',
  );
  expect(laidOut('"["'), "brackets in a text move nothing").toBe('"["');
  expect(laidOut("{no}")).toBeNull();
  expect(laidOut("[".repeat(5000) + "]".repeat(5000)), "blanks would grow with the square of the depth").toBeNull();
});

test("a_body_is_written_as_what_it_is", () => {
  const type = (/** @type {string} */ value) => ({ headers: [{ name: "Content-Type", value }] });
  expect(bodyOf({ ...ok, ...type("application/problem+json"), body: "[1]", bytes: 3 }, "en").text).toBe("[\n  1\n]");
  expect(bodyOf({ ...ok, ...type("text/plain"), body: "1", bytes: 1 }, "en")).toEqual({ text: "1", note: "Text, 1 byte" });
  expect(bodyOf({ ...ok, body: null, bytes: 5120 }, "en")).toEqual({ text: null, note: "Not text, 5,120 bytes" });
  expect(bodyOf({ ...ok, body: '{"a":', bytes: 9000, truncated: true }, "en"), "half of a JSON text is text").toEqual({
    text: '{"a":',
    note: "Text, 9,000 bytes, shortened",
  });
  expect(bodyOf(ok, "en")).toEqual({ text: null, note: "No body" });
});

test.each([
  [0.3, "under 1 ms"],
  [3.4, "3 ms"],
  [1234, "1,234 ms"],
  [61_240, "61.2 s"],
])("%d ms is written as %s", (milliseconds, written) => expect(duration(milliseconds, "en")).toBe(written));

test.each([
  [{ accepted: true, code: "accepted", need: "read", keyName: "reader" }, "accepted: reader may read"],
  [{ accepted: true, code: "accepted", need: "open", keyName: null }, "accepted: no key is needed"],
  [{ accepted: false, code: "insufficient_scope", need: "write", keyName: "reader" }, "refused: reader lacks write"],
  [{ accepted: false, code: "revoked", need: "read", keyName: "reader" }, "refused: revoked"],
])("why %o", (decision, words) => expect(why(/** @type {any} */ (decision))).toBe(words));
