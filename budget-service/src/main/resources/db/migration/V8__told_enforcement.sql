-- What happens at the ceiling for everyone that this account was last told of; null without such a ceiling, and where nobody has noted it:
-- those are told once more.
ALTER TABLE account ADD COLUMN default_enforcement text;
