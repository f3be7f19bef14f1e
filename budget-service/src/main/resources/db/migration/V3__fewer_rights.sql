-- What the service never does it may not do: alerts, grants and attempts are not changed, and what has been spent is not
-- deleted. Rows that go with their user or webhook are deleted by the foreign key, which acts as the owner.
REVOKE UPDATE, DELETE ON alert, credit_grant, webhook_attempt FROM ${appRole};
REVOKE DELETE ON installation_spend, key_spend, gateway_source, owned_key FROM ${appRole};
