-- The gateway of an environment: its port once it was started, its rules as lines of `METHOD /path need`, and whether it
-- runs while the window is open, so that it is offered again after the program has ended.
CREATE TABLE gateways (
  environment_id    TEXT PRIMARY KEY REFERENCES environments (id),
  port              INTEGER CHECK (port BETWEEN 1 AND 65535),
  keeps_host        INTEGER NOT NULL CHECK (keeps_host IN (0, 1)),
  passes_preflights INTEGER NOT NULL CHECK (passes_preflights IN (0, 1)),
  uses_sample       INTEGER NOT NULL CHECK (uses_sample IN (0, 1)),
  rules             TEXT NOT NULL,
  runs              INTEGER NOT NULL CHECK (runs IN (0, 1))
) STRICT;
PRAGMA user_version = 3;
