-- Its row goes with the sealed secret, by the foreign key, which acts as the owner.
REVOKE DELETE ON provider_key FROM ${appRole};
