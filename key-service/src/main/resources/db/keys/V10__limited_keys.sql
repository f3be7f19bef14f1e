-- Which keys have a budget of their own, as budget-service has told the audit log, and as of when: its news may come out of order.

ALTER TABLE api_key ADD COLUMN limited boolean NOT NULL DEFAULT false,
    ADD COLUMN limited_as_of timestamptz;

UPDATE api_key key SET limited = told.action = 'key-budget.changed', limited_as_of = told.occurred_at
FROM (SELECT DISTINCT ON (key_id) key_id, action, occurred_at FROM audit_entry
      WHERE action IN ('key-budget.changed', 'key-budget.removed') AND actor_service = 'budget'
      ORDER BY key_id, occurred_at DESC, at DESC) told
WHERE key.id = told.key_id AND key.id <> '00000000-0000-7000-8000-000000000001';
