-- Other machines that keep rows of the ledger, and of each the oldest transaction that is under way there and the first that has not
-- begun. There are none, unless deploy/citus/metering.sql has said this function anew.
CREATE FUNCTION ledger_nodes(OUT node text, OUT oldest bigint, OUT next bigint) RETURNS SETOF record
    LANGUAGE sql STABLE
AS $$
    SELECT NULL::text, NULL::bigint, NULL::bigint WHERE false
$$;

REVOKE EXECUTE ON FUNCTION ledger_nodes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_nodes() TO ${appRole};
