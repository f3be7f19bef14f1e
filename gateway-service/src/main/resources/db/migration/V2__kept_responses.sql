-- Which provider keeps which response, and for whom: all users of the operator's key share one account there.
CREATE TABLE kept_response (
    id         text        NOT NULL,
    user_id    uuid        NOT NULL,
    provider   text        NOT NULL,
    model      text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id)
);

CREATE INDEX kept_response_created ON kept_response (created_at);

GRANT SELECT, INSERT, DELETE ON kept_response TO ${appRole};
