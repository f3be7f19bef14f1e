-- Reveals are most of the log: whoever looks for what was changed must not read past them, nor the other way about.
CREATE INDEX audit_entry_action ON audit_entry (action, at DESC, chain DESC, seq DESC);
CREATE INDEX audit_entry_changes ON audit_entry (at DESC, chain DESC, seq DESC) WHERE action <> 'provider-key.revealed';
