-- How far each consumer group has come, moved in the same transaction as what it did, and what it could not read.
-- Repeatable, so that it runs after a service's own versions and every statement can run again.

CREATE TABLE IF NOT EXISTS intake_position (
    consumer_group text        NOT NULL,
    topic          text        NOT NULL,
    partition      integer     NOT NULL,
    next_offset    bigint      NOT NULL CHECK (next_offset >= 0),
    moved_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer_group, topic, partition)
) WITH (fillfactor = 50);

-- The highest time, in milliseconds, of the records taken in; null where nobody has noted it yet.
ALTER TABLE intake_position ADD COLUMN IF NOT EXISTS last_time bigint;

CREATE TABLE IF NOT EXISTS dead_letter (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer_group text        NOT NULL,
    topic          text        NOT NULL,
    partition      integer     NOT NULL,
    record_offset  bigint      NOT NULL,
    record_key     bytea,
    value          bytea,
    reason         text        NOT NULL,
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    forwarded_at   timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS dead_letter_record ON dead_letter (consumer_group, topic, partition, record_offset);
CREATE INDEX IF NOT EXISTS dead_letter_waiting ON dead_letter (id) WHERE forwarded_at IS NULL;

GRANT SELECT, INSERT, UPDATE ON intake_position TO ${appRole};
GRANT SELECT, INSERT ON dead_letter TO ${appRole};
GRANT UPDATE (forwarded_at) ON dead_letter TO ${appRole};
