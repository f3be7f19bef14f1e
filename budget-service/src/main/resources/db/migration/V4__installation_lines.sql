-- Spend on system keys by source too: how much of it a gateway may make is granted to its source.
ALTER TABLE installation_spend ADD COLUMN source text NOT NULL DEFAULT '' CHECK (length(source) <= 512);
ALTER TABLE installation_spend DROP CONSTRAINT installation_spend_pkey, ADD PRIMARY KEY (period, stripe, source);

-- What a source may spend of the installation's limit in a month, all in all: only asking changes it, and counting never waits for it.
-- Invariant, but for a limit that was lowered: sum over sources of greatest(granted, counted) <= the limit.
CREATE TABLE installation_grant (
  period  text   NOT NULL CHECK (period ~ '^\d{4}-\d{2}$'),
  source  text   NOT NULL CHECK (length(source) BETWEEN 1 AND 512),
  nanos   bigint NOT NULL CHECK (nanos >= 0),
  session bigint NOT NULL,
  ask     bigint NOT NULL,
  PRIMARY KEY (period, source)
);

-- Somebody could not get what it asked for.
ALTER TABLE everyone ADD COLUMN installation_wanted boolean NOT NULL DEFAULT false;

GRANT SELECT, INSERT, UPDATE, DELETE ON installation_grant TO ${appRole};
