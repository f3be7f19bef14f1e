-- Everything budget-service keeps of one user hangs on the user's row in account, which is locked by whoever changes it.

CREATE TABLE account (
  user_id             uuid        PRIMARY KEY,
  -- When the user signed up; while provisional, when they were first heard of.
  signed_up_at        timestamptz NOT NULL,
  provisional         boolean     NOT NULL,
  -- Grows with every change of the status.
  version             bigint      NOT NULL CHECK (version > 0),
  -- When period, zone or billing cycle change next.
  rolls_at            timestamptz NOT NULL,

  monthly_cents       bigint      CHECK (monthly_cents BETWEEN 0 AND 1000000000),
  ceiling_cents       bigint      CHECK (ceiling_cents BETWEEN 0 AND 1000000000),
  enforcement         text        NOT NULL CHECK (enforcement IN ('hard', 'soft')),
  thresholds          smallint[]  NOT NULL CHECK (cardinality(thresholds) <= 10 AND 1 <= ALL (thresholds) AND 100 >= ALL (thresholds)),
  -- The zone its owner asked for, and while it waits, the first month it counts for.
  time_zone           text        NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 64),
  time_zone_from      text        CHECK (time_zone_from ~ '^\d{4}-\d{2}$'),

  period              text        NOT NULL CHECK (period ~ '^\d{4}-\d{2}$'),
  period_zone         text        NOT NULL,
  period_start        timestamptz NOT NULL,
  period_end          timestamptz NOT NULL,

  -- Which version is the last of this user on the status topic, and where: found by its offset, whoever sent it.
  published_version   bigint      NOT NULL DEFAULT 0 CHECK (published_version >= 0),
  published_partition integer     NOT NULL DEFAULT -1,
  published_offset    bigint      NOT NULL DEFAULT -1,

  CHECK (period_start < period_end),
  CHECK (rolls_at <= period_end),
  CHECK (time_zone_from IS NOT NULL OR time_zone = period_zone)
);

CREATE INDEX account_rolls_at ON account (rolls_at);
CREATE INDEX account_unpublished ON account (user_id) WHERE published_version <> version;

-- Spend outlives the account, as the ledger does: it says nothing of a person but the id.
CREATE TABLE period_spend (
  user_id     uuid   NOT NULL,
  period      text   NOT NULL CHECK (period ~ '^\d{4}-\d{2}$'),
  -- Costs and their corrections in nano-USD; negative when corrections outweigh what they correct.
  spent_nanos bigint NOT NULL,
  -- The binding limit when the period was last current.
  limit_cents bigint CHECK (limit_cents BETWEEN 0 AND 1000000000),
  PRIMARY KEY (user_id, period)
);

CREATE TABLE billing_cycle (
  user_id          uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
  cycle_start      timestamptz NOT NULL,
  cycle_end        timestamptz NOT NULL,
  credits_included bigint      NOT NULL CHECK (credits_included >= 0),
  -- Granted credits left over from earlier cycles.
  credits_carried  bigint      NOT NULL CHECK (credits_carried >= 0),
  credits_granted  bigint      NOT NULL CHECK (credits_granted >= 0),
  -- Spend on system keys in nano-USD.
  used_nanos       bigint      NOT NULL,
  PRIMARY KEY (user_id, cycle_start),
  CHECK (cycle_start < cycle_end)
);

CREATE TABLE credit_grant (
  id              uuid        PRIMARY KEY,
  user_id         uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
  idempotency_key text        NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 200),
  amount          bigint      NOT NULL CHECK (amount BETWEEN 1 AND 1000000000),
  reason          text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  granted_by      text        NOT NULL,
  granted_at      timestamptz NOT NULL,
  UNIQUE (user_id, idempotency_key)
);

-- Per usage source the last sequence number of this user that is counted.
CREATE TABLE applied_source (
  user_id    uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
  source     text        NOT NULL CHECK (length(source) BETWEEN 1 AND 512),
  seq        bigint      NOT NULL CHECK (seq > 0),
  applied_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, source)
);

-- Which events are counted already. Ids are UUIDv7, so the oldest are at the left end of the key.
CREATE TABLE counted_event (
  event_id uuid PRIMARY KEY
);

CREATE TABLE alert (
  id           uuid        PRIMARY KEY,
  user_id      uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
  type         text        NOT NULL CHECK (type IN ('budget.threshold-crossed', 'budget.exceeded', 'credits.exhausted')),
  period       text        NOT NULL CHECK (period ~ '^\d{4}-\d{2}$'),
  threshold    integer     CHECK (threshold BETWEEN 1 AND 100),
  limit_cents  bigint      NOT NULL CHECK (limit_cents >= 0),
  cycle_start  timestamptz,
  spent_nanos  bigint      NOT NULL,
  triggered_at timestamptz NOT NULL,
  CHECK ((type = 'budget.threshold-crossed') = (threshold IS NOT NULL)),
  CHECK ((type = 'credits.exhausted') = (cycle_start IS NOT NULL))
);

-- Exactly once, whatever is replayed, rebalanced or concurrent.
CREATE UNIQUE INDEX alert_threshold_once ON alert (user_id, period, limit_cents, threshold) WHERE type = 'budget.threshold-crossed';
CREATE UNIQUE INDEX alert_exceeded_once ON alert (user_id, period, limit_cents) WHERE type = 'budget.exceeded';
CREATE UNIQUE INDEX alert_exhausted_once ON alert (user_id, cycle_start) WHERE type = 'credits.exhausted';
CREATE INDEX alert_of_user ON alert (user_id, id DESC);

-- Users who are gone: a late event must not bring their account back.
CREATE TABLE departed (
  user_id     uuid        PRIMARY KEY,
  departed_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON account, billing_cycle, credit_grant, applied_source, alert TO ${appRole};
GRANT SELECT, INSERT, DELETE ON counted_event TO ${appRole};
GRANT SELECT, INSERT, UPDATE ON period_spend TO ${appRole};
GRANT SELECT, INSERT ON departed TO ${appRole};

-- How each account stands now, for lists and metrics; the same rule as BudgetState.
CREATE VIEW account_state AS
SELECT a.user_id,
       CASE WHEN l.nanos IS NULL THEN 'none'
            WHEN l.spent >= l.nanos THEN 'exceeded'
            WHEN l.spent::numeric * 100 >= l.nanos::numeric * 90 THEN 'critical'
            WHEN l.spent::numeric * 100 >= l.nanos::numeric * 75 THEN 'warning'
            ELSE 'ok' END AS state
  FROM account AS a
  LEFT JOIN period_spend AS s ON s.user_id = a.user_id AND s.period = a.period AND now() < a.period_end
  CROSS JOIN LATERAL (SELECT least(a.monthly_cents, a.ceiling_cents) * 10000000 AS nanos, coalesce(s.spent_nanos, 0) AS spent) AS l;

GRANT SELECT ON account_state TO ${appRole};
