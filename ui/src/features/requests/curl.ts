/** Commands that send a request with curl. They prompt for the key, so that no shell history contains it. */
import type { Header } from "../../host/types/Header";
import type { KeyHeader } from "../../lib/key-header";

export interface CurlRequest {
  method: string;
  url: string;
  /** Besides those that curl or the body needs. */
  headers?: readonly Header[];
  body: string | null;
  /** The header of the key; null sends none. */
  header: KeyHeader | null;
}

/** Headers whose value is a secret, besides that of the key. */
const SECRET_HEADERS = new Set(["authorization", "cookie", "proxy-authorization", "x-api-key"]);

/**
 * Returns the headers that a command contains, and the one that it prompts for: that of the key, or else an added header
 * with a secret. Other secrets are left out.
 */
export function withoutSecrets(
  added: readonly Header[],
  keyHeaderName: string,
  header: KeyHeader | null,
): Pick<CurlRequest, "headers" | "header"> {
  const isSecret = ({ name }: Header) =>
    SECRET_HEADERS.has(name.toLowerCase()) || name.toLowerCase() === keyHeaderName.toLowerCase();
  const secret = added.find(isSecret);
  return {
    headers: added.filter((each) => !isSecret(each)),
    header: header ?? (secret ? { name: secret.name, prefix: "" } : null),
  };
}

/** Writes the command for a POSIX shell, or for PowerShell on Windows. */
export function curlCommand(request: CurlRequest, isWindows: boolean): string {
  return isWindows ? powerShellCommand(request) : shellCommand(request);
}

function shellCommand({ header, ...request }: CurlRequest): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const curl = ["curl -q -i --noproxy '*'", ...parameters(request, quote)].join(" ");
  if (!header) return `${curl}\n`;
  // One command: a terminal without bracketed paste would read a second line as the key.
  return (
    "printf 'API key: ' && read -rs KEYSTILE_KEY && echo && \\\n" +
    `  printf '${header.name}: ${header.prefix}%s' "$KEYSTILE_KEY" | ${curl} -H @-; unset KEYSTILE_KEY\n`
  );
}

function powerShellCommand({ header, ...request }: CurlRequest): string {
  const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const curl = ["curl.exe -q -i --noproxy '*'", ...parameters(request, quote)].join(" ");
  if (!header) return `${curl}\n`;
  const key = "$([Net.NetworkCredential]::new('', $KEYSTILE_KEY).Password)";
  return (
    "$KEYSTILE_KEY = Read-Host 'API key' -AsSecureString\n" +
    `"${header.name}: ${header.prefix}${key}" | ${curl} -H '@-'; Remove-Variable KEYSTILE_KEY\n`
  );
}

function parameters(
  { method, url, headers = [], body }: Omit<CurlRequest, "header">,
  quote: (text: string) => string,
): string[] {
  const parts: string[] = [];
  if (method === "HEAD") parts.push("-I");
  else if (method !== "GET" || body !== null) parts.push(`-X ${quote(method)}`);
  // Without a value, curl would remove the header.
  for (const { name, value } of headers) parts.push(`-H ${quote(value === "" ? `${name};` : `${name}: ${value}`)}`);
  if (body !== null) {
    const hasType = headers.some(({ name }) => name.toLowerCase() === "content-type");
    if (!hasType) parts.push(`-H ${quote(`Content-Type: ${contentType(body)}`)}`);
    parts.push(`--data-raw ${quote(body)}`);
  }
  parts.push(quote(url));
  return parts;
}

function contentType(body: string): string {
  try {
    JSON.parse(body);
    return "application/json";
  } catch {
    return "text/plain";
  }
}
