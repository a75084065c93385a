/** What the user can do about the notices at the start. */
import { toCommandError } from "../host/command-error";
import type { Notice } from "../host/types/Notice";
import { randomId } from "../lib/random-id";
import type { Stores } from "../stores";
import { plainKey } from "../stores/key-input";

export async function acknowledgeNotice(stores: Stores, notice: Notice): Promise<void> {
  try {
    await stores.notices.acknowledge(notice);
  } catch (error) {
    stores.toasts.error(toCommandError(error));
  }
}

/** Issues a replacement for a key that was never copied, with the same name and permissions, and opens its prompt. */
export async function createKeyAgain(stores: Stores, notice: Notice): Promise<void> {
  try {
    const prompt = await stores.prompt.issue({
      environmentId: notice.environmentId,
      key: plainKey(notice.name, notice.permissions.includes("write")),
      idempotencyKey: randomId(),
    });
    stores.prompt.open(prompt);
  } catch (error) {
    stores.toasts.error(toCommandError(error));
    return;
  }
  await acknowledgeNotice(stores, notice);
}

/** Opens the dialog that revokes the key of a notice. */
export const revokeNoticedKey = (stores: Stores, notice: Notice): Promise<void> =>
  stores.dialogs.open({ kind: "revoke-noticed", notice });

/** Opens the dialog that rotates the key of a notice again. The notice ends once it was rotated. */
export async function rotateNoticedKey(stores: Stores, notice: Notice): Promise<void> {
  const { host, dialogs, prompt, toasts } = stores;
  const { keyId, projectName, environmentName: name, stage } = notice;
  try {
    const [key] = await host.findKeys({ keyIds: [keyId] });
    if (key) await dialogs.open({ kind: "rotate-key", key, environment: { projectName, name, stage } });
  } catch (error) {
    toasts.error(toCommandError(error));
  }
  if (prompt.prompt?.keyId === keyId) await acknowledgeNotice(stores, notice);
}
