-- Of people whom an OIDC issuer vouches for: as of which token their role holds, and when one of theirs was last seen.

ALTER TABLE app_user ADD COLUMN role_claimed_at timestamptz,
    ADD COLUMN last_seen_at timestamptz;

UPDATE app_user SET last_seen_at = now() WHERE issuer IS NOT NULL;

CREATE INDEX app_user_last_seen ON app_user (last_seen_at) WHERE issuer IS NOT NULL;
