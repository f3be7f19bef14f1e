-- What was verified is added to and never deleted.
REVOKE DELETE ON ledger_verified FROM ${appRole};
