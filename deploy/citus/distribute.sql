-- Spreads metering-service's ledger over the workers of a Citus cluster, by user. As the owner of the database, with the
-- service stopped, after it has migrated once. docs/how-to/grow.md says what of this was tried and what was not.

SELECT create_distributed_table('ledger', 'user_id');
SELECT create_distributed_table('usage_daily', 'user_id', colocate_with => 'ledger');
SELECT create_distributed_table('usage_month', 'user_id', colocate_with => 'ledger');
SELECT create_distributed_table('usage_user_tag', 'user_id', colocate_with => 'ledger');
SELECT create_distributed_table('ledger_verified', 'user_id', colocate_with => 'ledger');

-- Small, and written by the statement that takes a batch in: on the coordinator, as they are.
-- stays: usage_total, usage_tag, usage_source
-- One row, a few rows, or rows that are worked off.
-- stays: ledger_checkpoint, ledger_archive, audit_pass, rerate_job, rerate_user, conflicting_duplicate
-- stays: intake_position, dead_letter, outbox
