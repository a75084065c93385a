/** The one-time prompt and its test of the key. The alert must not be changed. */
import { environmentPath } from "./environment-path";
import { plural } from "./plural";

const REASON_TO_STAY = "Copy the key before closing";

export const prompt = {
  title: "Your new API key",
  activated: (environment: string) => `${environment} is active`,
  about: (key: string, project: string, environment: string) => `${key} · ${environmentPath(project, environment)}`,
  alertStrong: "Store this private key securely",
  alertRest:
    " - For security reasons, you won't be able to view it again in Keystile. If you lose this secret key, you'll need to generate a new one.",
  keyLabel: "Generated API Key",
  keepIt: "Save this API key in a secure place. Keystile can't show it again.",
  copyAgain: "Copy again",
  close: "Close",
  save: "Save to system keychain",
  saving: "Saving to system keychain",
  saved: (keychain: string) => `Saved to ${keychain}. Copy it again from the key's menu.`,
  notSaved: "Not saved.",
  tryIt: "Try it",
  reasonToStay: REASON_TO_STAY,
  reasonToStaySentence: `${REASON_TO_STAY}.`,
  /** `seconds` is null if the clipboard is never cleared. */
  clipboardAfterClose: (seconds: number | null) =>
    seconds === null ? "The key stays in the clipboard" : `Clipboard clears ${seconds} s after you close this`,
  clipboardHasCurl: "The clipboard holds the curl command",
  copied: "Copied to the clipboard.",
  copyFailed: (reason: string) => `Copy failed. ${reason}`,
  curlCopied: "Copied the curl command. It doesn't contain the key.",
  curlReplacedKey: "The curl command replaced the key in the clipboard. Press Copy again to copy the key.",
  curlFailed: (reason: string) => `Couldn't copy the curl command. ${reason}`,
  copiedPart: "You copied only part of the key. Press Copy to copy all of it.",
  closeToContinue: "Press Close to continue.",
  closeWhenSaved: "The key is copied. Press Close when you've saved it.",
  discard: "Discard key",
  keep: "Keep key",
  discardAndRevoke: "Discard and revoke",
  discardAbout: "The key is revoked immediately",
  discardCopiedAbout: "Your copied key will stop working",
  ended: {
    revoked: "This key has been revoked.",
    expired: "This key has expired.",
    discarded: "This key has been discarded.",
  },
  endedAbout: "{sentence} {name} no longer works.",
};

const HOUR_SECONDS = 3600;

/** Formats an overlap in whole hours, or in days from two on. */
function formatOverlap(seconds: number): string {
  const hours = seconds / HOUR_SECONDS;
  return hours >= 48 && hours % 24 === 0 ? plural(hours / 24, "# day", "# days") : plural(hours, "# hour", "# hours");
}

/** What is different when the prompt shows the new secret of a rotation. */
export const promptOfRotation = {
  title: (name: string) => `New secret for ${name}`,
  overlap: (seconds: number) =>
    seconds === 0
      ? "The old secret ends when you copy the new one."
      : `The old secret works for ${formatOverlap(seconds)} after you copy the new one.`,
  worksUntil: (time: string) => `The old secret works until ${time}.`,
  ended: "The old secret has ended.",
  saveAfterCopy: "Copy the new secret before you save it.",
  keychainHasOld: (keychain: string) => `${keychain} has the old secret until you save the new one.`,
  discard: "Discard secret",
  keep: "Keep secret",
  discardNew: "Discard new secret",
  discardAbout: "The old secret still works",
  discarded: (name: string) => `Discarded the new secret of ${name}`,
};

export const keyTest = {
  before: "Tested when you copy it",
  running: "Testing",
  again: "Test again",
  failed: (reason: string) => `Not tested. ${reason}`,
  when: "{time} · ",
  permissions: {
    read: { allowed: "Read allowed", denied: "Read denied" },
    write: { allowed: "Write allowed", denied: "Write denied" },
  },
  withReason: (result: string, reason: string) => `${result} (${reason})`,
  mismatch: (results: string[]) =>
    `The test result doesn't match the key's permissions: ${results.join(", ")}. Discard or revoke this key, and check the log.`,
};
