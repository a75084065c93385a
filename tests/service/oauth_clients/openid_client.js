// Introspects tokens with openid-client: a list of requests on standard input, a list of results on standard output.

import { stdin, stdout } from "node:process";
import { text } from "node:stream/consumers";

import * as client from "openid-client";

const authentications = {
  client_secret_basic: client.ClientSecretBasic,
  client_secret_post: client.ClientSecretPost,
};

async function introspect({ url, method, secret, token }) {
  const server = { issuer: new URL(url).origin, introspection_endpoint: url };
  const configuration = new client.Configuration(server, "api", undefined, authentications[method](secret));
  // The service is on loopback, without TLS.
  client.allowInsecureRequests(configuration);
  try {
    const body = await client.tokenIntrospection(configuration, token, { token_type_hint: "access_token" });
    return { status: 200, body };
  } catch (error) {
    const status = error.status ?? error.cause?.status;
    if (status === undefined) throw error;
    return { status, body: null };
  }
}

const results = [];
for (const request of JSON.parse(await text(stdin))) {
  results.push(await introspect(request));
}
stdout.write(JSON.stringify(results));
