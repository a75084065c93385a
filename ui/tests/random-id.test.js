import { expect, test } from "vitest";
import { randomId } from "../src/state/random-id.js";

test("random_id_is_a_unique_version_4_uuid", () => {
  expect(randomId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(Array.from({ length: 50 }, randomId)).size).toBe(50);
});
