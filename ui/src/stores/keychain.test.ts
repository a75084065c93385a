import { expect, test } from "vitest";
import { CommandError } from "../host/command-error";
import type { KeychainStatus } from "../host/types/KeychainStatus";
import { Keychain } from "./keychain";
import { deferred } from "./test-fixtures";

const ready: KeychainStatus = { state: "ready", name: "GNOME Keyring", message: null, advice: null };

test("status is unknown until it was read", async () => {
  const response = deferred<KeychainStatus>();
  const keychain = new Keychain({ keychainStatus: () => response.promise });
  const reading = keychain.read("System keychain");
  expect(keychain.status).toBeNull();
  response.resolve(ready);
  await reading;
  expect(keychain.status).toEqual(ready);
});

test("failed read is a status with the fallback name", async () => {
  const keychain = new Keychain({
    keychainStatus: () => Promise.reject(new CommandError("internal_error", "No response.", "Try again.")),
  });
  await keychain.read("System keychain");
  expect(keychain.status).toEqual({
    state: "failed",
    name: "System keychain",
    message: "No response.",
    advice: "Try again.",
  });
});
