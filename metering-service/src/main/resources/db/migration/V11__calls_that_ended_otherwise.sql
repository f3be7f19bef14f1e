-- The few calls of a person that did not complete, to be found without reading all the others.
CREATE INDEX ledger_ended_otherwise ON ledger (user_id, status, event_id) WHERE status <> 'completed';
