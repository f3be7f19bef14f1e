-- Closed months leave the database for a file each: detached, written, read back and compared, told to the audit chain, and only then
-- dropped. The steps that need a table's owner are functions, and each refuses what is out of its turn.

CREATE TABLE ledger_archive (
    month        date PRIMARY KEY CHECK (extract(day FROM month) = 1), -- of the partition: UTC
    id           uuid        NOT NULL,                                 -- of its entry in the audit chain
    state        text        NOT NULL DEFAULT 'asked'
        CHECK (state IN ('asked', 'detached', 'verified', 'recorded', 'dropped', 'failed')),
    row_count    bigint,
    cost_nanos   numeric,
    file         text,
    sha256       text,
    failure      text,
    requested_by uuid,                                                 -- null: by the calendar
    created_at   timestamptz NOT NULL DEFAULT now(),
    finished_at  timestamptz,
    CHECK (state NOT IN ('verified', 'recorded', 'dropped')
        OR (row_count IS NOT NULL AND cost_nanos IS NOT NULL AND file IS NOT NULL AND sha256 IS NOT NULL))
);

CREATE FUNCTION detach_ledger_month(month date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    past timestamptz := (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC';
    name text := 'ledger_' || to_char(month, 'YYYY_MM');
BEGIN
    -- A call is taken in for 45 days.
    IF past > now() - interval '46 days' THEN
        RAISE EXCEPTION 'calls of % may still come', month USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    EXECUTE format('ALTER TABLE ledger DETACH PARTITION %I', name);
    EXECUTE format('GRANT SELECT ON %I TO %I', name, '${appRole}');
END
$$;

-- Back to where it was.
CREATE FUNCTION attach_ledger_month(month date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    first timestamptz := date_trunc('month', month)::timestamp AT TIME ZONE 'UTC';
    past  timestamptz := (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC';
    name  text := 'ledger_' || to_char(month, 'YYYY_MM');
BEGIN
    EXECUTE format('REVOKE SELECT ON %I FROM %I', name, '${appRole}');
    EXECUTE format('ALTER TABLE ledger ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, uuid_at(first), uuid_at(past));
END
$$;

CREATE FUNCTION drop_ledger_month(of_month date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    name text := 'ledger_' || to_char(of_month, 'YYYY_MM');
BEGIN
    IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(name))
        OR NOT EXISTS (SELECT FROM ledger_archive a WHERE a.month = of_month AND a.state = 'recorded') THEN
        RAISE EXCEPTION '% is not archived', name USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    EXECUTE format('DROP TABLE %I', name);
END
$$;

GRANT SELECT, INSERT, UPDATE ON ledger_archive TO ${appRole};
REVOKE EXECUTE ON FUNCTION detach_ledger_month(date), attach_ledger_month(date), drop_ledger_month(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION detach_ledger_month(date), attach_ledger_month(date), drop_ledger_month(date) TO ${appRole};
