-- When an event was counted: a correction's id is as old as its call, which says nothing of how long the event may still come again.
-- What is there already was counted now, so nobody writes those rows anew.
ALTER TABLE counted_event ADD COLUMN counted_at timestamptz NOT NULL DEFAULT now();
