-- Times are UTC milliseconds. Each name is stored as entered and case-folded for comparison. No column contains a secret.
PRAGMA application_id = 1263752193; -- "KST" and the schema version in the last byte

-- The number of transactions that Keystile committed. If it and SQLite's file change counter moved differently, another
-- program wrote to the database. `PRAGMA user_version` contains a random number that every commit changes.
CREATE TABLE commits (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  count INTEGER NOT NULL
) STRICT;
INSERT INTO commits (id, count) VALUES (1, 0);

CREATE TABLE projects (
  id          TEXT    PRIMARY KEY,
  name        TEXT    NOT NULL,
  folded_name TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  deleted_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX projects_name ON projects (folded_name) WHERE deleted_at IS NULL;

CREATE TABLE environments (
  id              TEXT    PRIMARY KEY,
  project_id      TEXT    NOT NULL REFERENCES projects (id),
  name            TEXT    NOT NULL,
  folded_name     TEXT    NOT NULL,
  stage           TEXT    NOT NULL CHECK (stage IN ('production', 'staging', 'development')),
  prefix          TEXT    NOT NULL,
  endpoint        TEXT,
  -- Where requests carry their key: default, x-api-key, bearer or header:NAME.
  key_location    TEXT    NOT NULL,
  -- The lifetime of new keys without one of their own, and the longest allowed one. NULL: unlimited.
  default_days    INTEGER CHECK (default_days > 0),
  max_days        INTEGER CHECK (max_days > 0),
  first_issued_at INTEGER,
  activated_at    INTEGER,
  created_at      INTEGER NOT NULL,
  deleted_at      INTEGER
) STRICT;
CREATE UNIQUE INDEX environments_name ON environments (project_id, folded_name) WHERE deleted_at IS NULL;
-- The prefix of issued keys stays reserved after a deletion; an unused one becomes available again.
CREATE UNIQUE INDEX environments_prefix ON environments (prefix)
  WHERE deleted_at IS NULL OR first_issued_at IS NOT NULL;

CREATE TABLE keys (
  id               TEXT    PRIMARY KEY,
  environment_id   TEXT    NOT NULL REFERENCES environments (id),
  name             TEXT    NOT NULL,
  folded_name      TEXT    NOT NULL,
  permissions      TEXT    NOT NULL CHECK (permissions IN ('read', 'read write')),
  -- As it was written last: a pause that is over and an expiry are written later than they happen, or never.
  state            TEXT    NOT NULL CHECK (state IN
    ('pending', 'active', 'disabled', 'revoked', 'expired', 'unclaimed', 'discarded')),
  -- The end of a pause, only of a disabled key.
  disabled_until   INTEGER,
  expires_at       INTEGER,
  owner            TEXT    NOT NULL DEFAULT '',
  note             TEXT    NOT NULL DEFAULT '',
  -- A JSON array.
  tags             TEXT    NOT NULL DEFAULT '[]',
  -- The case-folded owner and tags, one a line, for searches.
  folded_details   TEXT    NOT NULL DEFAULT '',
  created_at       INTEGER NOT NULL,
  claimed_at       INTEGER,
  ended_at         INTEGER,
  -- Why it was revoked: leaked, superseded, unused or other, and a text.
  revoke_reason    TEXT    CHECK (revoke_reason IN ('leaked', 'superseded', 'unused', 'other')),
  revoke_note      TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX keys_name ON keys (environment_id, folded_name)
  WHERE state IN ('pending', 'active', 'disabled');
-- Contains every column that the default list of keys needs.
CREATE INDEX keys_list ON keys (environment_id, created_at DESC, id, state, expires_at, disabled_until);
CREATE INDEX keys_expiry ON keys (environment_id, expires_at)
  WHERE expires_at IS NOT NULL AND state IN ('active', 'disabled');
CREATE INDEX keys_pause ON keys (disabled_until) WHERE disabled_until IS NOT NULL;

-- A key has one secret; after a rotation an older one may work for some time.
CREATE TABLE secret_versions (
  id               INTEGER PRIMARY KEY,
  key_id           TEXT    NOT NULL REFERENCES keys (id),
  phc              TEXT    NOT NULL,
  tag              BLOB    NOT NULL CHECK (length(tag) = 32),
  -- The id of the install key of the tag: the first 8 bytes of HMAC-SHA-256("keystile install key") under it. Tags of another
  -- install key are recomputed.
  install_key_id   BLOB    NOT NULL CHECK (length(install_key_id) = 8),
  created_at       INTEGER NOT NULL,
  -- When it was copied for the first time. Before, requests with it are denied.
  claimed_at       INTEGER,
  -- How long the secret before it works after this one was copied, in milliseconds. NULL: the first secret of its key.
  overlap_ms       INTEGER CHECK (overlap_ms >= 0),
  -- From when on requests with it are denied, although the key is usable.
  ends_at          INTEGER,
  -- The lock file of the process that shows it.
  lock_file        TEXT    NOT NULL,
  -- When the prompt was closed, or its loss was acknowledged.
  prompt_closed_at INTEGER,
  -- Sent with the request to issue it, so that a repeated request finds the same secret.
  idempotency_key  TEXT    NOT NULL UNIQUE
) STRICT;
CREATE INDEX secret_versions_key ON secret_versions (key_id);
CREATE INDEX secret_versions_open_prompt ON secret_versions (lock_file) WHERE prompt_closed_at IS NULL;

-- A row is written before the system keychain is changed, so that no entry is lost.
CREATE TABLE keychain_entries (
  key_id     TEXT    PRIMARY KEY REFERENCES keys (id),
  state      TEXT    NOT NULL CHECK (state IN ('saving', 'saved', 'removing')),
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
  seq            INTEGER PRIMARY KEY,
  at             INTEGER NOT NULL,
  actor          TEXT    NOT NULL,
  action         TEXT    NOT NULL,
  project_id     TEXT,
  environment_id TEXT,
  key_id         TEXT,
  detail         TEXT    NOT NULL,
  -- The id of the install key of the authentication code, as in secret_versions.
  install_key_id BLOB    NOT NULL CHECK (length(install_key_id) = 8),
  -- The authentication code of the previous row, and that of this row (HMAC-SHA-256 of all other columns).
  previous       BLOB    NOT NULL CHECK (length(previous) = 32),
  mac            BLOB    NOT NULL CHECK (length(mac) = 32)
) STRICT;
CREATE INDEX audit_key ON audit (key_id) WHERE key_id IS NOT NULL;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END;

-- `port` is set at the first start. `rules` has one rule a line: METHOD /path access. `autostart` is set while the gateway runs
-- in the window, so that the window offers to start it again.
CREATE TABLE gateways (
  environment_id  TEXT    PRIMARY KEY REFERENCES environments (id),
  port            INTEGER CHECK (port BETWEEN 1 AND 65535),
  preserve_host   INTEGER NOT NULL CHECK (preserve_host IN (0, 1)),
  allow_preflight INTEGER NOT NULL CHECK (allow_preflight IN (0, 1)),
  sunset_header   INTEGER NOT NULL CHECK (sunset_header IN (0, 1)),
  sample_upstream INTEGER NOT NULL CHECK (sample_upstream IN (0, 1)),
  rules           TEXT    NOT NULL,
  autostart       INTEGER NOT NULL CHECK (autostart IN (0, 1))
) STRICT;
