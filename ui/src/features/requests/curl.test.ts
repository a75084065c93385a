import { expect, test } from "vitest";
import { keyHeader } from "../../lib/key-header";
import { curlCommand, withoutSecrets } from "./curl";

const url = "http://127.0.0.1:7420/products";

test("request without a key needs one line", () => {
  const command = curlCommand({ method: "GET", url, body: null, header: null }, false);
  expect(command).toBe(`curl -q -i --noproxy '*' '${url}'\n`);
});

test("key is read from the terminal", () => {
  const header = keyHeader({ kind: "bearer" });
  expect(curlCommand({ method: "DELETE", url, body: null, header }, false)).toBe(
    "printf 'API key: ' && read -rs KEYSTILE_KEY && echo && \\\n" +
      `  printf 'Authorization: Bearer %s' "$KEYSTILE_KEY" | curl -q -i --noproxy '*' -X 'DELETE' '${url}' -H @-; ` +
      "unset KEYSTILE_KEY\n",
  );
});

test("body and URL cannot leave their quotes", () => {
  const hostile = { method: "POST", url: `${url}?a='$(id)`, body: `{"name": "O'Neill"}`, header: null };
  expect(curlCommand(hostile, false)).toBe(
    "curl -q -i --noproxy '*' -X 'POST' -H 'Content-Type: application/json' " +
      `--data-raw '{"name": "O'\\''Neill"}' '${url}?a='\\''$(id)'\n`,
  );
});

test("Windows gets a command for PowerShell", () => {
  const header = keyHeader({ kind: "header", name: "X-Acme-Key" });
  const command = curlCommand({ method: "POST", url, body: "it's", header }, true);
  expect(command).toContain("Read-Host 'API key' -AsSecureString");
  expect(command).toContain(`"X-Acme-Key: $(`);
  expect(command).toContain("-H 'Content-Type: text/plain' --data-raw 'it''s'");
});

test("added secret is prompted for and not in the command", () => {
  const added = [
    { name: "X-Request-Id", value: "7" },
    { name: "x-acme-key", value: "acme_secret" },
    { name: "Cookie", value: "session=secret" },
  ];
  const prompted = withoutSecrets(added, "X-Acme-Key", null);
  expect(prompted).toEqual({ headers: [added[0]], header: { name: "x-acme-key", prefix: "" } });
  const command = curlCommand({ method: "GET", url, body: null, ...prompted }, false);
  expect(command).toContain("-H 'X-Request-Id: 7'");
  expect(command).not.toContain("secret");
  const key = { name: "X-Acme-Key", prefix: "" };
  expect(withoutSecrets(added, "X-Acme-Key", key).header, "the key comes first").toBe(key);
});
