const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Hosts on which an API usually has no certificate: this computer and numeric addresses. */
const LOCAL_HOST = /^(?:localhost|[^/:]+\.localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])(?=[:/?#]|$)/i;

/** Adds the scheme that is missing in a URL: `http://` for this computer and numeric addresses, otherwise `https://`. */
export function withScheme(text: string): string {
  const url = text.trim();
  if (url === "" || HAS_SCHEME.test(url)) return url;
  const rest = url.replace(/^\/\//, "");
  return `${LOCAL_HOST.test(rest) ? "http" : "https"}://${rest}`;
}

/**
 * Returns the path of a request as it can be sent: it begins with `/`, without the address that was pasted with it, and
 * spaces and other characters that a URL cannot contain are encoded.
 */
export function requestPath(text: string, address: string): string {
  const trimmed = text.trim();
  const path = address !== "" && trimmed.startsWith(address) ? trimmed.slice(address.length) : trimmed;
  // A lone surrogate cannot be encoded.
  // A fragment is never sent.
  const encoded = path.replace(/#.*$/s, "").replace(/\p{Cs}/gu, "\uFFFD").replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
  return encoded.startsWith("/") ? encoded : `/${encoded}`;
}
