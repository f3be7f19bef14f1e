-- Where a month of the ledger begins and ends (UTC), and what its partition is called. Said once, for all that add a month, take one
-- out, put one back or drop one.

CREATE FUNCTION ledger_month_bounds(month date, OUT name text, OUT first timestamptz, OUT past timestamptz)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
AS $$
    SELECT 'ledger_' || to_char(month, 'YYYY_MM'),
           date_trunc('month', month::timestamp) AT TIME ZONE 'UTC',
           (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC'
$$;

-- Whoever asks does so as the owner.
REVOKE EXECUTE ON FUNCTION ledger_month_bounds(date) FROM PUBLIC;

CREATE OR REPLACE FUNCTION ensure_ledger_partition(month date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    bounds record;
BEGIN
    SELECT * INTO bounds FROM ledger_month_bounds(month);
    IF to_regclass(bounds.name) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ledger partition'));
    IF to_regclass(bounds.name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE ledger INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', bounds.name);
    EXECUTE format('ALTER TABLE ledger ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', bounds.name, uuid_at(bounds.first), uuid_at(bounds.past));
END
$$;

CREATE OR REPLACE FUNCTION detach_ledger_month(month date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    bounds record;
BEGIN
    SELECT * INTO bounds FROM ledger_month_bounds(month);
    -- A call is taken in for 45 days.
    IF bounds.past > now() - interval '46 days' THEN
        RAISE EXCEPTION 'calls of % may still come', month USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    EXECUTE format('ALTER TABLE ledger DETACH PARTITION %I', bounds.name);
    EXECUTE format('GRANT SELECT ON %I TO %I', bounds.name, '${appRole}');
END
$$;

CREATE OR REPLACE FUNCTION attach_ledger_month(month date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    bounds record;
BEGIN
    SELECT * INTO bounds FROM ledger_month_bounds(month);
    EXECUTE format('REVOKE SELECT ON %I FROM %I', bounds.name, '${appRole}');
    EXECUTE format('ALTER TABLE ledger ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', bounds.name, uuid_at(bounds.first), uuid_at(bounds.past));
END
$$;

CREATE OR REPLACE FUNCTION drop_ledger_month(of_month date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    bounds record;
BEGIN
    SELECT * INTO bounds FROM ledger_month_bounds(of_month);
    IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(bounds.name))
        OR NOT EXISTS (SELECT FROM ledger_archive a WHERE a.month = of_month AND a.state = 'recorded') THEN
        RAISE EXCEPTION '% is not archived', bounds.name USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    EXECUTE format('DROP TABLE %I', bounds.name);
END
$$;
