-- How far the usage topic had been taken in when a month left the ledger. The keys of its calls left with it: if the topic is read again
-- from its beginning, nothing else tells that they have been counted.
CREATE TABLE archive_position (
    month       date    NOT NULL,
    partition   integer NOT NULL, -- of the topic
    next_offset bigint  NOT NULL,
    last_time   bigint,           -- the highest time, in milliseconds, of a record taken in; null where it was not known
    PRIMARY KEY (month, partition)
);

GRANT SELECT, INSERT, UPDATE ON archive_position TO ${appRole};

-- Whatever came of these months since they left has been counted too, so where the topic is now is right for them. In a new database
-- there are none yet, nor is there the table of positions.
DO $$
BEGIN
    IF to_regclass('intake_position') IS NOT NULL THEN
        INSERT INTO archive_position (month, partition, next_offset, last_time)
        SELECT a.month, p.partition, p.next_offset, p.last_time FROM ledger_archive a CROSS JOIN intake_position p
        WHERE a.state NOT IN ('asked', 'failed') AND p.consumer_group = 'metering' AND p.topic = 'tallygate.usage.v1';
    END IF;
END
$$;
