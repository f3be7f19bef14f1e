-- Spreads metering-service's ledger over the workers of a Citus cluster, by user. As the owner of the database, with the service
-- stopped, after it has migrated once. docs/how-to/grow.md says what of this was tried.

-- The workers ask by it.
SELECT create_distributed_function('uuid_at(timestamptz)');

-- What the audit waits for on each worker, beside what it waits for here. It fails while a worker cannot be asked.
CREATE OR REPLACE FUNCTION ledger_nodes(OUT node text, OUT oldest bigint, OUT next bigint) RETURNS SETOF record
    LANGUAGE sql VOLATILE
AS $$
    SELECT nodename || ':' || nodeport, split_part(result, ' ', 1)::bigint, split_part(result, ' ', 2)::bigint
    FROM run_command_on_workers('SELECT pg_snapshot_xmin(s)::text || '' '' || pg_snapshot_xmax(s)::text FROM pg_current_snapshot() s')
$$;

SELECT create_distributed_table('ledger', 'user_id');
SELECT create_distributed_table('usage_daily', 'user_id', colocate_with => 'ledger');
SELECT create_distributed_table('usage_month', 'user_id', colocate_with => 'ledger');
SELECT create_distributed_table('usage_user_tag', 'user_id', colocate_with => 'ledger');
SELECT create_distributed_table('ledger_verified', 'user_id', colocate_with => 'ledger');

-- Small, and written by every batch that is taken in: on the coordinator, as they are.
-- stays: usage_total, usage_tag, usage_source
-- One row, a few rows, or rows that are worked off.
-- stays: ledger_checkpoint, ledger_archive, archive_position, audit_pass, rerate_job, rerate_user, conflicting_duplicate
-- stays: intake_position, dead_letter, outbox
