-- What calls hold that are open at a gateway, as it last told. For people who look: nothing is decided by it.
CREATE TABLE open_calls (
  source  text        PRIMARY KEY CHECK (length(source) BETWEEN 1 AND 512),
  told_at timestamptz NOT NULL,
  calls   jsonb       NOT NULL -- by user: how many, and the most they may cost in nano-USD
) WITH (fillfactor = 50);

GRANT SELECT, INSERT, UPDATE, DELETE ON open_calls TO ${appRole};
