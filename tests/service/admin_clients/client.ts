// Manages a key with the TypeScript client that was generated from the OpenAPI document, and prints what happened.

import { readFileSync } from "node:fs";

import { AdminApi, Configuration, Permission, ResponseError, RevokeReason } from "./generated";

async function main() {
  const { url, token, environment } = JSON.parse(readFileSync(0, "utf8"));
  const admin = new AdminApi(new Configuration({ basePath: url, accessToken: token }));
  const { environments } = await admin.listEnvironments();
  const createKeyRequest = {
    name: "node",
    permissions: [Permission.Read, Permission.Write],
    expiresAt: new Date("2099-01-31T00:00:00Z"),
    tags: ["ci"],
  };
  const create = { environment, createKeyRequest, idempotencyKey: "node-1" };
  const created = await admin.createKey(create);
  const repeated = await admin.createKey(create);
  const key = created.key.id;
  const confirmed = await admin.confirmKey({ ticket: created.confirmationTicket });
  const edited = await admin.editKey({ key, editKeyRequest: { owner: "Ada", expiresAt: null } });
  const listed = await admin.listKeys({ environment, search: "node", limit: 10 });
  const disabled = await admin.disableKey({ key, disableKeyRequest: { seconds: 60 } });
  const enabled = await admin.enableKey({ key });
  const rotated = await admin.rotateKey({ key, rotateKeyRequest: { overlapSeconds: 3600 } });
  const both = await admin.confirmKey({ ticket: rotated.confirmationTicket });
  const ended = await admin.endOldSecret({ key });
  const other = await admin.createKey({ environment, createKeyRequest: { name: "node-other" } });
  await admin.discardKey({ ticket: other.confirmationTicket });
  const unwanted = await admin.getKey({ key: other.key.id });
  const third = await admin.createKey({ environment, createKeyRequest: { name: "node-third" } });
  await admin.confirmKey({ ticket: third.confirmationTicket });
  const revocation = { reason: RevokeReason.Superseded, note: "by another" };
  const revoked = await admin.revokeKey({ key: third.key.id, revokeKeyRequest: revocation });
  const problem = await admin.getKey({ key: "unknown" }).then(
    () => null,
    async (error: ResponseError) => [error.response.status, (await error.response.json()).code],
  );
  console.log(
    JSON.stringify({
      environments: environments.length,
      created: created.key.state,
      expires_at: created.key.expiresAt,
      is_same: repeated.apiKey === created.apiKey,
      confirmed: confirmed.state,
      permissions: confirmed.permissions,
      owner: edited.owner,
      never_expires: edited.expiresAt === null,
      listed: listed.total,
      disabled: disabled.state,
      enabled: enabled.state,
      has_two: both.oldSecretEndsAt !== null,
      has_one: ended.oldSecretEndsAt === null,
      discarded: unwanted.state,
      revoked: [revoked.state, revoked.revokeReason],
      problem,
      key,
      old_secret: created.apiKey,
      api_key: rotated.apiKey,
    }),
  );
}

void main();
