-- Which items a response has, and how many tokens all of them are: a later request may name them instead of saying them again.
-- Null while nobody knows.
ALTER TABLE kept_response ADD COLUMN items text[], ADD COLUMN output_tokens bigint;

CREATE INDEX kept_response_items ON kept_response USING gin (items);
