"""Introspects tokens with authlib: a list of requests on standard input, a list of results on standard output."""

import json
import sys

from authlib.integrations.requests_client import OAuth2Session


def introspect(request):
    with OAuth2Session(
        client_id="api",
        client_secret=request["secret"],
        token_endpoint_auth_method=request["method"],
    ) as session:
        # No proxy of the environment stands between the two.
        session.trust_env = False
        response = session.introspect_token(
            request["url"], token=request["token"], token_type_hint="access_token", timeout=20
        )
    body = response.json() if response.status_code == 200 else None
    return {"status": response.status_code, "body": body}


json.dump([introspect(request) for request in json.load(sys.stdin)], sys.stdout)
