"""Manages a key with the Python client that was generated from the OpenAPI document, and prints what happened."""

import datetime
import json
import sys

import openapi_client as api

settings = json.load(sys.stdin)
configuration = api.Configuration(host=settings["url"], access_token=settings["token"])
with api.ApiClient(configuration) as client:
    admin = api.AdminApi(client)
    environments = admin.list_environments().environments
    request = api.CreateKeyRequest(
        name="python",
        permissions=[api.Permission.READ, api.Permission.WRITE],
        expires_at=datetime.datetime(2099, 1, 31, tzinfo=datetime.timezone.utc),
        tags=["ci"],
    )
    created = admin.create_key(settings["environment"], request, idempotency_key="python-1")
    repeated = admin.create_key(settings["environment"], request, idempotency_key="python-1")
    key = created.key.id
    confirmed = admin.confirm_key(created.confirmation_ticket)
    edited = admin.edit_key(key, api.EditKeyRequest(owner="Ada", expires_at=None))
    listed = admin.list_keys(settings["environment"], search="python", limit=10)
    disabled = admin.disable_key(key, api.DisableKeyRequest(seconds=60))
    enabled = admin.enable_key(key)
    rotated = admin.rotate_key(key, rotate_key_request=api.RotateKeyRequest(overlap_seconds=3600))
    both = admin.confirm_key(rotated.confirmation_ticket)
    ended = admin.end_old_secret(key)
    other = admin.create_key(settings["environment"], api.CreateKeyRequest(name="python-other"))
    admin.discard_key(other.confirmation_ticket)
    unwanted = admin.get_key(other.key.id)
    third = admin.create_key(settings["environment"], api.CreateKeyRequest(name="python-third"))
    admin.confirm_key(third.confirmation_ticket)
    revocation = api.RevokeKeyRequest(reason=api.RevokeReason.SUPERSEDED, note="by another")
    revoked = admin.revoke_key(third.key.id, revocation)
    try:
        admin.get_key("unknown")
        problem = None
    except api.ApiException as error:
        problem = [error.status, json.loads(error.body)["code"]]

print(
    json.dumps(
        {
            "environments": len(environments),
            "created": created.key.state.value,
            "expires_at": created.key.expires_at.isoformat(),
            "is_same": repeated.api_key == created.api_key,
            "confirmed": confirmed.state.value,
            "permissions": [permission.value for permission in confirmed.permissions],
            "owner": edited.owner,
            "never_expires": edited.expires_at is None,
            "listed": listed.total,
            "disabled": disabled.state.value,
            "enabled": enabled.state.value,
            "has_two": both.old_secret_ends_at is not None,
            "has_one": ended.old_secret_ends_at is None,
            "discarded": unwanted.state.value,
            "revoked": [revoked.state.value, revoked.revoke_reason.value],
            "problem": problem,
            "key": key,
            "old_secret": created.api_key,
            "api_key": rotated.api_key,
        }
    )
)
