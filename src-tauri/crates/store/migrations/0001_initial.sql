-- Times are UTC milliseconds. Names are kept as written and, beside it, folded for comparison without regard to case.
-- Nothing here is a secret: a key's row has no column that could hold one.
PRAGMA application_id = 1263752193; -- "KST" and the schema version in the last byte

-- How many transactions were committed by Keystile. The verifier compares it with SQLite's file change counter: where they
-- moved differently, another program wrote. `PRAGMA user_version` holds a random number that each commit changes.
CREATE TABLE commits (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  count INTEGER NOT NULL
) STRICT;
INSERT INTO commits (id, count) VALUES (1, 0);

CREATE TABLE projects (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  folded_name TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  deleted_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX projects_name ON projects (folded_name) WHERE deleted_at IS NULL;

CREATE TABLE environments (
  id              TEXT PRIMARY KEY,
  project_id      TEXT NOT NULL REFERENCES projects (id),
  name            TEXT NOT NULL,
  folded_name     TEXT NOT NULL,
  stage           TEXT NOT NULL CHECK (stage IN ('production', 'staging', 'development')),
  prefix          TEXT NOT NULL,
  endpoint        TEXT,
  -- Where requests carry their key: default, x-api-key, bearer or header:NAME.
  key_location    TEXT NOT NULL,
  first_issued_at INTEGER,
  activated_at    INTEGER,
  created_at      INTEGER NOT NULL,
  deleted_at      INTEGER
) STRICT;
CREATE UNIQUE INDEX environments_name ON environments (project_id, folded_name) WHERE deleted_at IS NULL;
-- A prefix that is written in keys somewhere stays taken for ever; one that never was is free again after a deletion.
CREATE UNIQUE INDEX environments_prefix ON environments (prefix)
  WHERE deleted_at IS NULL OR first_issued_at IS NOT NULL;

CREATE TABLE keys (
  id               TEXT PRIMARY KEY,
  environment_id   TEXT NOT NULL REFERENCES environments (id),
  name             TEXT NOT NULL,
  folded_name      TEXT NOT NULL,
  permissions      TEXT NOT NULL CHECK (permissions IN ('read', 'read write')),
  state            TEXT NOT NULL CHECK (state IN
    ('pending', 'active', 'disabled', 'revoked', 'expired', 'unclaimed', 'discarded')),
  expires_at       INTEGER,
  created_at       INTEGER NOT NULL,
  claimed_at       INTEGER,
  ended_at         INTEGER,
  -- The file whose lock the issuing process holds, and when the prompt was closed or its loss was acknowledged.
  claim_file       TEXT NOT NULL,
  prompt_closed_at INTEGER,
  -- What the form that asked for the key called this one submission: a second one finds the row.
  idempotency      TEXT NOT NULL UNIQUE
) STRICT;
CREATE UNIQUE INDEX keys_living_name ON keys (environment_id, folded_name)
  WHERE state IN ('pending', 'active', 'disabled');
CREATE INDEX keys_environment ON keys (environment_id, created_at DESC);
CREATE INDEX keys_open_prompt ON keys (claim_file) WHERE prompt_closed_at IS NULL;

CREATE TABLE secret_versions (
  id         INTEGER PRIMARY KEY,
  key_id     TEXT NOT NULL REFERENCES keys (id),
  phc        TEXT NOT NULL,
  tag            BLOB NOT NULL CHECK (length(tag) = 32),
  -- Which install key the tag was made under: the first 8 bytes of HMAC-SHA-256("keystile install key") with it. Tags of
  -- another install key prove nothing until they are recomputed.
  install_key_id BLOB NOT NULL CHECK (length(install_key_id) = 8),
  created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX secret_versions_key ON secret_versions (key_id);

-- Written before the keychain is touched, so that no entry is ever forgotten.
CREATE TABLE keychain_entries (
  key_id     TEXT PRIMARY KEY REFERENCES keys (id),
  state      TEXT NOT NULL CHECK (state IN ('saving', 'saved', 'removing')),
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
  seq            INTEGER PRIMARY KEY,
  at             INTEGER NOT NULL,
  actor          TEXT NOT NULL,
  action         TEXT NOT NULL,
  project_id     TEXT,
  environment_id TEXT,
  key_id         TEXT,
  detail         TEXT NOT NULL,
  -- Under which install key the authentication code was computed, as in secret_versions.
  install_key_id BLOB NOT NULL CHECK (length(install_key_id) = 8),
  -- The code of the row before, and HMAC-SHA-256 of everything else in this row.
  previous       BLOB NOT NULL CHECK (length(previous) = 32),
  mac            BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END;

-- The gateway of an environment: its port once it was started, its rules as lines of `METHOD /path access`, and whether it
-- autostart is set while it runs and the window is open, so that it is offered again after the program has ended.
CREATE TABLE gateways (
  environment_id    TEXT PRIMARY KEY REFERENCES environments (id),
  port              INTEGER CHECK (port BETWEEN 1 AND 65535),
  preserve_host     INTEGER NOT NULL CHECK (preserve_host IN (0, 1)),
  allow_preflight   INTEGER NOT NULL CHECK (allow_preflight IN (0, 1)),
  sample_upstream   INTEGER NOT NULL CHECK (sample_upstream IN (0, 1)),
  rules             TEXT NOT NULL,
  autostart         INTEGER NOT NULL CHECK (autostart IN (0, 1))
) STRICT;
