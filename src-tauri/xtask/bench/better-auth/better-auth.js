// Measures better-auth with 1,000 keys in SQLite. keystile-bench starts it. It uses better-auth's fastest settings:
// better-sqlite3, a write-ahead log, synchronous = OFF, no rate limit. verifyApiKey always writes to the key's row.
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import Database from "better-sqlite3";

const KEYS = 1_000;
const VERIFICATIONS = 2_000;

/** Creates a database in this directory. */
async function open(directory) {
  const database = new Database(join(directory, "better-auth.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = OFF");
  const auth = betterAuth({
    database,
    baseURL: "http://127.0.0.1",
    secret: "a secret of this benchmark only",
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [apiKey({ rateLimit: { enabled: false }, enableSessionForAPIKeys: true })],
  });
  await (await getMigrations(auth.options)).runMigrations();
  return auth;
}

/** Creates the keys, all of one user. */
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

/** Returns the processor time per verification in microseconds, one value per run. The first run is a warm-up. */
async function verify(auth, keys, runs) {
  const times = [];
  for (let run = 0; run <= runs; run += 1) {
    const before = process.cpuUsage();
    for (let number = 0; number < VERIFICATIONS; number += 1) {
      const { valid } = await auth.api.verifyApiKey({ body: { key: keys[number % KEYS] } });
      if (!valid) throw new Error("a valid key was rejected");
    }
    const { user, system } = process.cpuUsage(before);
    if (run > 0) times.push((user + system) / VERIFICATIONS);
  }
  return times;
}

/** Serves verifyApiKey at `/verify`, and better-auth's own handler at all other paths. */
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

const [mode, directory, runs] = process.argv.slice(2);
const auth = await open(directory);
const keys = await issue(auth);
if (mode === "verify") {
  process.stdout.write(`${JSON.stringify(await verify(auth, keys, Number(runs)))}\n`);
} else {
  writeFileSync(join(directory, "better-auth-keys"), keys.join("\n"));
  serve(auth);
}
