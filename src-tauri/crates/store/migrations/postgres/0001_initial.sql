-- The schema `keystile` exists. Every statement of Keystile names it, and depends on no search_path. Times are UTC
-- milliseconds. Each name is stored as entered and case-folded for comparison. No column contains a secret.
REVOKE ALL ON SCHEMA keystile FROM PUBLIC;

-- One row. Writers lock it, so that audit rows become visible in their order and without gaps.
CREATE TABLE keystile.deployment (
  one            boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- Random; a copy into another database has another one.
  id             text    COLLATE "C" NOT NULL,
  schema_version bigint  NOT NULL,
  -- Programs that know only older schemas are refused.
  min_program    bigint  NOT NULL,
  -- The id of the install key, as in secret_versions.
  install_key_id bytea   NOT NULL CHECK (octet_length(install_key_id) = 8),
  -- pg_postmaster_start_time() of the server that took the last write.
  incarnation    timestamptz NOT NULL,
  -- Whether a change of this incarnation has waited for the whole time of a lease.
  settled        boolean NOT NULL,
  -- Since when uses are counted.
  counting_since bigint  NOT NULL
);

CREATE TABLE keystile.projects (
  id          text   COLLATE "C" PRIMARY KEY,
  name        text   NOT NULL,
  folded_name text   COLLATE "C" NOT NULL,
  created_at  bigint NOT NULL,
  deleted_at  bigint
);
CREATE UNIQUE INDEX projects_name ON keystile.projects (folded_name) WHERE deleted_at IS NULL;

CREATE TABLE keystile.environments (
  id              text   COLLATE "C" PRIMARY KEY,
  project_id      text   COLLATE "C" NOT NULL REFERENCES keystile.projects (id),
  name            text   NOT NULL,
  folded_name     text   COLLATE "C" NOT NULL,
  stage           text   NOT NULL CHECK (stage IN ('production', 'staging', 'development')),
  prefix          text   COLLATE "C" NOT NULL,
  endpoint        text,
  -- Where requests carry their key: default, x-api-key, bearer or header:NAME.
  key_location    text   NOT NULL,
  -- The lifetime of new keys without one of their own, and the longest allowed one. NULL: unlimited.
  default_days    bigint CHECK (default_days > 0),
  max_days        bigint CHECK (max_days > 0),
  first_issued_at bigint,
  activated_at    bigint,
  created_at      bigint NOT NULL,
  deleted_at      bigint
);
CREATE UNIQUE INDEX environments_name ON keystile.environments (project_id, folded_name) WHERE deleted_at IS NULL;
-- The prefix of issued keys stays reserved after a deletion; an unused one becomes available again.
CREATE UNIQUE INDEX environments_prefix ON keystile.environments (prefix)
  WHERE deleted_at IS NULL OR first_issued_at IS NOT NULL;

-- Sorts names with numbers: "key 2" is before "key 10".
CREATE COLLATION keystile.natural_order (provider = icu, locale = 'und-u-kn-true');

CREATE TABLE keystile.keys (
  id               text   COLLATE "C" PRIMARY KEY,
  environment_id   text   COLLATE "C" NOT NULL REFERENCES keystile.environments (id),
  name             text   NOT NULL,
  folded_name      text   COLLATE "C" NOT NULL,
  permissions      text   NOT NULL CHECK (permissions IN ('read', 'read write')),
  -- As it was written last: a pause that is over and an expiry are written later than they happen, or never.
  state            text   COLLATE "C" NOT NULL CHECK (state IN
    ('pending', 'active', 'disabled', 'revoked', 'expired', 'unclaimed', 'discarded')),
  -- The end of a pause, only of a disabled key.
  disabled_until   bigint,
  expires_at       bigint,
  owner            text   NOT NULL DEFAULT '',
  note             text   NOT NULL DEFAULT '',
  -- A JSON array.
  tags             text   NOT NULL DEFAULT '[]',
  -- The case-folded owner and tags, one a line, for searches.
  folded_details   text   COLLATE "C" NOT NULL DEFAULT '',
  created_at       bigint NOT NULL,
  claimed_at       bigint,
  ended_at         bigint,
  -- Why it was revoked: leaked, superseded, unused or other, and a text.
  revoke_reason    text   CHECK (revoke_reason IN ('leaked', 'superseded', 'unused', 'other')),
  revoke_note      text   NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX keys_name ON keystile.keys (environment_id, folded_name)
  WHERE state IN ('pending', 'active', 'disabled');
-- Contains every column that the default list of keys needs.
CREATE INDEX keys_list ON keystile.keys (environment_id, created_at DESC, id) INCLUDE (state, expires_at, disabled_until);
CREATE INDEX keys_expiry ON keystile.keys (environment_id, expires_at)
  WHERE expires_at IS NOT NULL AND state IN ('active', 'disabled');
CREATE INDEX keys_pause ON keystile.keys (disabled_until) WHERE disabled_until IS NOT NULL;

-- The number of keys by environment and stored state, so that a list of a million keys needs no scan for its counts. Exact,
-- because writers exclude each other.
CREATE TABLE keystile.key_counts (
  environment_id text   COLLATE "C" NOT NULL REFERENCES keystile.environments (id),
  state          text   COLLATE "C" NOT NULL,
  count          bigint NOT NULL,
  PRIMARY KEY (environment_id, state)
);
CREATE FUNCTION keystile.count_keys() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP IN ('UPDATE', 'DELETE') THEN
    UPDATE keystile.key_counts AS c SET count = c.count - o.count
      FROM (SELECT environment_id, state, count(*) AS count FROM old_keys GROUP BY environment_id, state) AS o
     WHERE c.environment_id = o.environment_id AND c.state = o.state;
  END IF;
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    INSERT INTO keystile.key_counts AS c (environment_id, state, count)
      SELECT environment_id, state, count(*) FROM new_keys GROUP BY environment_id, state
    ON CONFLICT (environment_id, state) DO UPDATE SET count = c.count + excluded.count;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER inserted_keys_are_counted AFTER INSERT ON keystile.keys
  REFERENCING NEW TABLE AS new_keys FOR EACH STATEMENT EXECUTE FUNCTION keystile.count_keys();
CREATE TRIGGER changed_keys_are_counted AFTER UPDATE ON keystile.keys
  REFERENCING OLD TABLE AS old_keys NEW TABLE AS new_keys FOR EACH STATEMENT EXECUTE FUNCTION keystile.count_keys();
CREATE TRIGGER deleted_keys_are_counted AFTER DELETE ON keystile.keys
  REFERENCING OLD TABLE AS old_keys FOR EACH STATEMENT EXECUTE FUNCTION keystile.count_keys();
-- Also for rows that a replication or a restored dump writes.
ALTER TABLE keystile.keys ENABLE ALWAYS TRIGGER inserted_keys_are_counted;
ALTER TABLE keystile.keys ENABLE ALWAYS TRIGGER changed_keys_are_counted;
ALTER TABLE keystile.keys ENABLE ALWAYS TRIGGER deleted_keys_are_counted;

-- A key has one secret; after a rotation an older one may work for some time.
CREATE TABLE keystile.secret_versions (
  id               bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  key_id           text   COLLATE "C" NOT NULL REFERENCES keystile.keys (id),
  phc              text   NOT NULL,
  tag              bytea  NOT NULL CHECK (octet_length(tag) = 32),
  -- The id of the install key of the tag: the first 8 bytes of HMAC-SHA-256("keystile install key") under it. Tags of another
  -- install key are recomputed.
  install_key_id   bytea  NOT NULL CHECK (octet_length(install_key_id) = 8),
  created_at       bigint NOT NULL,
  -- When it was copied for the first time. Before, requests with it are denied.
  claimed_at       bigint,
  -- How long the secret before it works after this one was copied, in milliseconds. NULL: the first secret of its key.
  overlap_ms       bigint CHECK (overlap_ms >= 0),
  -- From when on requests with it are denied, although the key is usable.
  ends_at          bigint,
  -- The lock of the process that shows it.
  lock_file        text   COLLATE "C" NOT NULL,
  -- When the prompt was closed, or its loss was acknowledged.
  prompt_closed_at bigint,
  -- Sent with the request to issue it, so that a repeated request finds the same secret.
  idempotency_key  text   COLLATE "C" NOT NULL CONSTRAINT secret_versions_idempotency_key UNIQUE
);
CREATE INDEX secret_versions_key ON keystile.secret_versions (key_id);
CREATE INDEX secret_versions_open_prompt ON keystile.secret_versions (lock_file) WHERE prompt_closed_at IS NULL;

-- Of one machine each: its keychain, its settings, and the ports of its gateways.

-- A row is written before the system keychain is changed, so that no entry is lost.
CREATE TABLE keystile.keychain_entries (
  key_id     text   COLLATE "C" NOT NULL REFERENCES keystile.keys (id),
  machine    text   COLLATE "C" NOT NULL,
  state      text   NOT NULL CHECK (state IN ('saving', 'saved', 'removing')),
  changed_at bigint NOT NULL,
  PRIMARY KEY (key_id, machine)
);

CREATE TABLE keystile.settings (
  machine text COLLATE "C" NOT NULL,
  name    text COLLATE "C" NOT NULL,
  value   text NOT NULL,
  PRIMARY KEY (machine, name)
);

-- `rules` has one rule a line: METHOD /path access.
CREATE TABLE keystile.gateways (
  environment_id  text    COLLATE "C" PRIMARY KEY REFERENCES keystile.environments (id),
  preserve_host   boolean NOT NULL,
  allow_preflight boolean NOT NULL,
  sunset_header   boolean NOT NULL,
  sample_upstream boolean NOT NULL,
  rules           text    NOT NULL
);

-- `port` is set at the first start. `autostart` is set while the gateway runs in the window, so that the window offers to
-- start it again.
CREATE TABLE keystile.gateway_places (
  environment_id text    COLLATE "C" NOT NULL REFERENCES keystile.environments (id),
  machine        text    COLLATE "C" NOT NULL,
  port           bigint  CHECK (port BETWEEN 1 AND 65535),
  autostart      boolean NOT NULL,
  PRIMARY KEY (environment_id, machine)
);

CREATE TABLE keystile.audit (
  seq            bigint PRIMARY KEY,
  at             bigint NOT NULL,
  actor          text   NOT NULL,
  action         text   NOT NULL,
  project_id     text   COLLATE "C",
  environment_id text   COLLATE "C",
  key_id         text   COLLATE "C",
  detail         text   NOT NULL,
  -- The id of the install key of the authentication code, as in secret_versions.
  install_key_id bytea  NOT NULL CHECK (octet_length(install_key_id) = 8),
  -- The authentication code of the previous row, and that of this row (HMAC-SHA-256 of all other columns).
  previous       bytea  NOT NULL CHECK (octet_length(previous) = 32),
  mac            bytea  NOT NULL CHECK (octet_length(mac) = 32),
  -- The transaction that wrote the row.
  written_by     xid8   NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX audit_key ON keystile.audit (key_id, seq) WHERE key_id IS NOT NULL;

CREATE FUNCTION keystile.reject_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit rows are append-only';
END $$;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON keystile.audit
  FOR EACH STATEMENT EXECUTE FUNCTION keystile.reject_change();

-- Verifiers read the audit log to learn what changed. They would miss a change without an audit row.
CREATE FUNCTION keystile.require_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM (SELECT written_by FROM keystile.audit ORDER BY seq DESC LIMIT 1) AS last
                  WHERE last.written_by = pg_current_xact_id()) THEN
    RAISE EXCEPTION 'a change of % without an audit row', TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER is_audited AFTER INSERT OR UPDATE OR DELETE ON keystile.projects
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keystile.require_audit_row();
CREATE CONSTRAINT TRIGGER is_audited AFTER INSERT OR UPDATE OR DELETE ON keystile.environments
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keystile.require_audit_row();
CREATE CONSTRAINT TRIGGER is_audited AFTER INSERT OR UPDATE OR DELETE ON keystile.keys
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keystile.require_audit_row();
CREATE CONSTRAINT TRIGGER is_audited AFTER INSERT OR UPDATE OR DELETE ON keystile.secret_versions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keystile.require_audit_row();
CREATE CONSTRAINT TRIGGER is_audited AFTER INSERT OR UPDATE OR DELETE ON keystile.gateways
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keystile.require_audit_row();

-- The verifiers that may answer from memory. A logged table: a crash must not empty it.
CREATE TABLE keystile.verifiers (
  -- Random, and new for each connection and each registration.
  id       uuid    PRIMARY KEY,
  -- The audit row up to which this verifier knows all changes.
  seen     bigint  NOT NULL,
  -- For people: the machine, the program with its version, and what it checks.
  host     text    NOT NULL,
  program  text    NOT NULL,
  version  text    NOT NULL,
  verifies text    NOT NULL,
  -- The process id of its connection in pg_stat_activity.
  backend  bigint  NOT NULL DEFAULT pg_backend_pid(),
  since    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- How often keys are used.
CREATE TABLE keystile.uses (
  key_id     text   COLLATE "C" NOT NULL,
  hour       bigint NOT NULL,
  permission text   NOT NULL CHECK (permission IN ('read', 'write')),
  allowed    bigint NOT NULL,
  denied     bigint NOT NULL,
  PRIMARY KEY (key_id, hour, permission)
);
CREATE TABLE keystile.totals (
  key_id      text   COLLATE "C" PRIMARY KEY,
  allowed     bigint NOT NULL,
  denied      bigint NOT NULL,
  last_at     bigint,
  last_client text
);
CREATE INDEX totals_last_use ON keystile.totals (last_at);
CREATE TABLE keystile.secret_uses (
  key_id      text   COLLATE "C" NOT NULL,
  version     bigint NOT NULL,
  allowed     bigint NOT NULL,
  denied      bigint NOT NULL,
  last_at     bigint,
  last_client text,
  PRIMARY KEY (key_id, version)
);
