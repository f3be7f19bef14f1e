-- The topics that hold users and keys, by the id that the broker gave them: another id is another, empty topic, which is filled again.

CREATE TABLE published_topic (
    topic    text PRIMARY KEY,
    topic_id text        NOT NULL,
    since    timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT, INSERT, UPDATE ON published_topic TO ${appRole};
