// better-auth with the same work to do: 1,000 keys in SQLite, each shown in turn. Started by keystile-bench, never by
// the program. It has what makes it fastest and is fair: better-sqlite3, a write-ahead log, no waiting for the disk, no
// rate limit. It writes to the key's row on every check, because verifyApiKey does; nothing switches that off.
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import Database from "better-sqlite3";

const KEYS = 1_000;
const CHECKS = 2_000;

/** A database of its own in this folder. */
async function open(folder) {
  const database = new Database(join(folder, "better-auth.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = OFF");
  const auth = betterAuth({
    database,
    baseURL: "http://127.0.0.1",
    secret: "a secret for figures, kept by nobody",
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [apiKey({ rateLimit: { enabled: false }, enableSessionForAPIKeys: true })],
  });
  await (await getMigrations(auth.options)).runMigrations();
  return auth;
}

/** The keys, all of one user. */
async function issue(auth) {
  const { user } = await auth.api.signUpEmail({
    body: { email: "bench@example.org", password: "long enough", name: "Bench" },
  });
  const keys = [];
  for (let number = 0; number < KEYS; number += 1) {
    const { key } = await auth.api.createApiKey({ body: { userId: user.id, name: `key ${number}` } });
    keys.push(key);
  }
  return keys;
}

/** Microseconds of processor time a check, one figure a run. The first run warms up and is left out. */
async function check(auth, keys, runs) {
  const figures = [];
  for (let run = 0; run <= runs; run += 1) {
    const before = process.cpuUsage();
    for (let number = 0; number < CHECKS; number += 1) {
      const { valid } = await auth.api.verifyApiKey({ body: { key: keys[number % KEYS] } });
      if (!valid) throw new Error("a good key was refused, so nothing was measured");
    }
    const { user, system } = process.cpuUsage(before);
    if (run > 0) figures.push((user + system) / CHECKS);
  }
  return figures;
}

/** `/verify` is the least that puts verifyApiKey behind HTTP; every other path goes to better-auth's own handler. */
function serve(auth) {
  const handler = toNodeHandler(auth);
  const server = createServer(async (request, response) => {
    if (request.url !== "/verify") return handler(request, response);
    const { valid } = await auth.api.verifyApiKey({ body: { key: String(request.headers["x-api-key"]) } });
    response.writeHead(valid ? 200 : 401).end();
  });
  server.listen(0, "127.0.0.1", () => {
    process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
  });
}

const [what, folder, runs] = process.argv.slice(2);
const auth = await open(folder);
const keys = await issue(auth);
if (what === "check") {
  process.stdout.write(`${JSON.stringify(await check(auth, keys, Number(runs)))}\n`);
} else {
  writeFileSync(join(folder, "better-auth-keys"), keys.join("\n"));
  serve(auth);
}
