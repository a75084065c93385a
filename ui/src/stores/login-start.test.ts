import { expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import { LoginStart } from "./login-start";
import { deferred, fakeHost, settled } from "./test-fixtures";

const FAILED = new CommandError("login_entry", "Starting at login could not be changed.", "");

test("state is the system's", async () => {
  let isOn = true;
  const login = new LoginStart(fakeHost({ startsAtLogin: async () => isOn }));
  expect(login.isOn, "unknown until it is read").toBeNull();
  await login.read();
  expect(login.isOn).toBe(true);
  isOn = false;
  await login.read();
  expect(login.isOn, "another program removed the entry").toBe(false);
});

test("change is shown immediately, then the state of the system", async () => {
  const change = deferred<boolean>();
  const setStartAtLogin = vi.fn<Host["setStartAtLogin"]>(() => change.promise);
  const login = new LoginStart(fakeHost({ startsAtLogin: async () => false, setStartAtLogin }));
  await login.read();
  const turned = login.turn(true);
  expect(login.isOn).toBe(true);
  change.resolve(false);
  await turned;
  expect(login.isOn, "the system refused without an error").toBe(false);
  expect(setStartAtLogin).toHaveBeenCalledWith({ on: true });
});

test("change that fails is reverted", async () => {
  const setStartAtLogin = () => Promise.reject(FAILED);
  const login = new LoginStart(fakeHost({ startsAtLogin: async () => false, setStartAtLogin }));
  await login.read();
  await expect(login.turn(true)).rejects.toMatchObject({ code: "login_entry" });
  expect(login.isOn).toBe(false);
});

test("read that is older than a change has no effect", async () => {
  const read = deferred<boolean>();
  const login = new LoginStart(fakeHost({ startsAtLogin: () => read.promise, setStartAtLogin: async () => true }));
  void login.read();
  await login.turn(true);
  read.resolve(false);
  await settled();
  expect(login.isOn).toBe(true);
});
