-- Alerts keep the event they are told by, and one text that makes them unique.
ALTER TABLE alert ADD COLUMN once text, ADD COLUMN event bytea;

UPDATE alert SET
  once = CASE type WHEN 'budget.threshold-crossed' THEN concat_ws(' ', 'user', user_id, period, limit_cents, threshold)
                   WHEN 'budget.exceeded' THEN concat_ws(' ', 'user', user_id, period, limit_cents, 'exceeded')
                   ELSE concat_ws(' ', 'credits', user_id, to_char(cycle_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) END,
  event = convert_to(jsonb_build_object('specversion', '1.0', 'id', id, 'source', '/budget', 'type', 'dev.tallygate.' || type || '.v1',
    'subject', user_id, 'time', to_char(triggered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'datacontenttype', 'application/json',
    'data', jsonb_strip_nulls(jsonb_build_object('id', id, 'userId', user_id, 'period', period, 'threshold', threshold,
      'cycleStart', to_char(cycle_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'limitCents', limit_cents,
      'spentNanos', spent_nanos, 'triggeredAt', to_char(triggered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))))::text, 'UTF8');

DROP INDEX alert_threshold_once, alert_exceeded_once, alert_exhausted_once;
ALTER TABLE alert
  ALTER COLUMN once SET NOT NULL, ADD CONSTRAINT alert_once UNIQUE (once), ALTER COLUMN event SET NOT NULL,
  -- Null where it is about the installation.
  ALTER COLUMN user_id DROP NOT NULL,
  DROP COLUMN threshold CASCADE, DROP COLUMN limit_cents, DROP COLUMN cycle_start CASCADE, DROP COLUMN spent_nanos,
  DROP CONSTRAINT alert_type_check;

-- Thresholds go up to 1000 %: what a soft budget may be passed by.
ALTER TABLE account DROP CONSTRAINT account_thresholds_check,
  ADD CONSTRAINT account_thresholds_check CHECK (cardinality(thresholds) <= 10 AND 1 <= ALL (thresholds) AND 1000 >= ALL (thresholds)),
  -- What of the hard limits is lent to gateways, by scope.
  ADD COLUMN lending jsonb NOT NULL DEFAULT '{}',
  -- The ceiling for everyone that this account was last told of.
  ADD COLUMN default_cents bigint;

-- What holds for everybody; one row.
CREATE TABLE everyone (
  one                     boolean PRIMARY KEY DEFAULT true CHECK (one),
  default_cents           bigint CHECK (default_cents BETWEEN 0 AND 1000000000),
  default_enforcement     text NOT NULL DEFAULT 'hard' CHECK (default_enforcement IN ('hard', 'soft')),
  installation_cents      bigint CHECK (installation_cents BETWEEN 0 AND 1000000000),
  installation_enforcement text NOT NULL DEFAULT 'hard' CHECK (installation_enforcement IN ('hard', 'soft')),
  installation_thresholds smallint[] NOT NULL DEFAULT '{75,90,100}'
);
INSERT INTO everyone DEFAULT VALUES;

-- Spend on system keys by month in UTC. One row per partition of the usage topic, so that intakes do not wait for each other.
CREATE TABLE installation_spend (
  period      text    NOT NULL CHECK (period ~ '^\d{4}-\d{2}$'),
  stripe      integer NOT NULL,
  spent_nanos bigint  NOT NULL,
  PRIMARY KEY (period, stripe)
) WITH (fillfactor = 50);

CREATE TABLE key_budget (
  user_id     uuid     NOT NULL REFERENCES account ON DELETE CASCADE,
  api_key_id  uuid     NOT NULL,
  limit_cents bigint   NOT NULL CHECK (limit_cents BETWEEN 0 AND 1000000000),
  kind        text     NOT NULL CHECK (kind IN ('month', 'day', 'total')),
  enforcement text     NOT NULL CHECK (enforcement IN ('hard', 'soft')),
  thresholds  smallint[] NOT NULL,
  PRIMARY KEY (user_id, api_key_id)
);

-- What each key has spent, by the day stamped on the call; month and total are sums of it.
CREATE TABLE key_spend (
  user_id     uuid   NOT NULL,
  api_key_id  uuid   NOT NULL,
  day         date   NOT NULL,
  spent_nanos bigint NOT NULL,
  PRIMARY KEY (user_id, api_key_id, day)
);

-- Gateways that may have lines. Both numbers come from one sequence.
CREATE SEQUENCE gateway_epoch;
CREATE TABLE gateway_source (
  source     text        PRIMARY KEY CHECK (length(source) BETWEEN 1 AND 512),
  process    uuid        NOT NULL,
  session    bigint      NOT NULL,
  since      bigint      NOT NULL,
  seen_at    timestamptz NOT NULL,
  closed_at  timestamptz
);

-- Which keys are whose, for a key's budget must not be a stranger's.
CREATE TABLE owned_key (
  api_key_id uuid PRIMARY KEY,
  user_id    uuid NOT NULL,
  revoked    boolean NOT NULL
);

-- Changes that key-service has yet to take into the audit chain.
CREATE TABLE audit_report (
  id      uuid  PRIMARY KEY,
  body    jsonb NOT NULL,
  -- The status with which it was refused for good.
  refused integer
);
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_report TO ${appRole};

GRANT SELECT, UPDATE ON everyone TO ${appRole};
GRANT SELECT, INSERT, UPDATE, DELETE ON installation_spend, key_budget, key_spend, gateway_source, owned_key TO ${appRole};
GRANT USAGE ON SEQUENCE gateway_epoch TO ${appRole};

CREATE OR REPLACE VIEW account_state AS
SELECT a.user_id,
       CASE WHEN l.nanos IS NULL THEN 'none'
            WHEN l.spent >= l.nanos THEN 'exceeded'
            WHEN l.spent::numeric * 100 >= l.nanos::numeric * 90 THEN 'critical'
            WHEN l.spent::numeric * 100 >= l.nanos::numeric * 75 THEN 'warning'
            ELSE 'ok' END AS state
  FROM account AS a
  CROSS JOIN everyone AS e
  LEFT JOIN period_spend AS s ON s.user_id = a.user_id AND s.period = a.period AND now() < a.period_end
  CROSS JOIN LATERAL (SELECT least(a.monthly_cents, coalesce(a.ceiling_cents, e.default_cents)) * 10000000 AS nanos, coalesce(s.spent_nanos, 0) AS spent) AS l;

-- Who is told of alerts.
CREATE TABLE webhook (
  id              uuid        PRIMARY KEY,
  url             text        NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
  description     text        NOT NULL DEFAULT '' CHECK (length(description) <= 200),
  format          text        NOT NULL CHECK (format IN ('cloudevents', 'slack')),
  -- The types of alert it wants; empty for all.
  types           text[]      NOT NULL DEFAULT '{}',
  enabled         boolean     NOT NULL,
  -- Why it was disabled; null while nobody but its owner did.
  disabled_reason text,
  secret          text        NOT NULL,
  -- Signs too until then, while receivers change over.
  old_secret      text,
  old_secret_until timestamptz,
  -- Since when every attempt failed; null while the last one worked.
  failing_since   timestamptz,
  created_at      timestamptz NOT NULL
);

CREATE TABLE webhook_delivery (
  id              uuid        PRIMARY KEY,
  webhook_id      uuid        NOT NULL REFERENCES webhook ON DELETE CASCADE,
  alert_id        uuid        REFERENCES alert ON DELETE SET NULL,
  type            text        NOT NULL,
  -- The event as it was, so that every attempt sends the same.
  event           bytea       NOT NULL,
  state           text        NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
  attempts        integer     NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  created_at      timestamptz NOT NULL,
  CHECK ((state = 'waiting') = (next_attempt_at IS NOT NULL))
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook_id, id DESC);
CREATE INDEX webhook_delivery_alert ON webhook_delivery (alert_id);

CREATE TABLE webhook_attempt (
  delivery_id  uuid        NOT NULL REFERENCES webhook_delivery ON DELETE CASCADE,
  attempted_at timestamptz NOT NULL,
  -- The HTTP status; null without an answer.
  status       integer,
  outcome      text        NOT NULL,
  millis       bigint      NOT NULL,
  PRIMARY KEY (delivery_id, attempted_at)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON webhook, webhook_delivery, webhook_attempt TO ${appRole};
