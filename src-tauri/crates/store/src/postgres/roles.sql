-- The roles of a Keystile store. They cannot log in: grant one of them to each login role. Running this again changes nothing.
--
--   CREATE ROLE checkout_api LOGIN PASSWORD '...';
--   GRANT keystile_verifier TO checkout_api;

DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['keystile_issuer', 'keystile_verifier', 'keystile_auditor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        -- All databases of a server have the same roles: it was created for another one.
        NULL;
      END;
    END IF;
  END LOOP;
END $$;

REVOKE ALL ON ALL TABLES IN SCHEMA keystile FROM keystile_issuer, keystile_verifier, keystile_auditor;
GRANT USAGE ON SCHEMA keystile TO keystile_issuer, keystile_verifier, keystile_auditor;

-- Programs that issue and revoke keys: the window, the terminal, gateways, and services with the admin API. They append audit
-- rows, and cannot change or delete any.
GRANT SELECT ON ALL TABLES IN SCHEMA keystile TO keystile_issuer;
GRANT INSERT, UPDATE ON keystile.projects, keystile.environments, keystile.keys, keystile.secret_versions, keystile.gateways,
  keystile.gateway_places, keystile.settings TO keystile_issuer;
GRANT INSERT, UPDATE, DELETE ON keystile.keychain_entries TO keystile_issuer;
GRANT INSERT ON keystile.audit TO keystile_issuer;
GRANT UPDATE (incarnation, settled) ON keystile.deployment TO keystile_issuer;
GRANT INSERT, UPDATE, DELETE ON keystile.verifiers TO keystile_issuer;
GRANT INSERT, UPDATE ON keystile.uses, keystile.totals, keystile.secret_uses TO keystile_issuer;

-- Programs that only verify keys: services without the admin API, and APIs with the library.
GRANT SELECT ON keystile.deployment, keystile.projects, keystile.environments, keystile.keys, keystile.key_counts, keystile.secret_versions,
  keystile.gateways, keystile.gateway_places, keystile.keychain_entries, keystile.audit TO keystile_verifier;
GRANT SELECT, INSERT, UPDATE, DELETE ON keystile.verifiers TO keystile_verifier;
GRANT SELECT, INSERT, UPDATE ON keystile.uses, keystile.totals, keystile.secret_uses TO keystile_verifier;

-- Reports and audits.
GRANT SELECT ON ALL TABLES IN SCHEMA keystile TO keystile_auditor;
