-- Spreads what grows with the calls in budget-service's database over the workers of a Citus cluster, by user. As the owner of the
-- database, with the service stopped, after it has migrated once. docs/how-to/grow.md says what of this was tried.

-- An event that a version before this one counted has nobody known, and would be counted again for its user when it came again.
DO $$
BEGIN
    IF EXISTS (SELECT FROM counted_event WHERE user_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff') THEN
        RAISE EXCEPTION 'Events are noted that a version before counted. The last of them is forgotten 90 days after the upgrade: spread the tables then.';
    END IF;
END
$$;

ALTER TABLE counted_event DROP CONSTRAINT counted_event_pkey, ADD PRIMARY KEY (user_id, event_id);
-- What is old is found by the id alone.
CREATE INDEX counted_event_age ON counted_event (event_id);

SELECT create_distributed_table('counted_event', 'user_id');
SELECT create_distributed_table('key_spend', 'user_id', colocate_with => 'counted_event');

-- A user's one row, which a batch locks for many users in one order (no statement over several workers can), and what hangs on it: a few
-- rows a user, a month or an alert.
-- stays: account, period_spend, billing_cycle, credit_grant, applied_source, alert, departed, key_budget
-- What holds for everybody, gateways, keys, webhooks, and rows that are worked off.
-- stays: everyone, installation_spend, installation_grant, gateway_source, open_calls, owned_key
-- stays: webhook, webhook_delivery, webhook_attempt, audit_report
-- stays: intake_position, dead_letter, outbox
