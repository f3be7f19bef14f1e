package dev.tallygate.metering.ledger;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.UsageEvent;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.metering.ledger.LedgerReader.Place;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * A row of the ledger as the event it came as, but for its time, which the ledger does
 * not keep: that is the end of the call, and of a correction the moment it came to the
 * topic.
 *
 * @param event the event
 */
public record RecordedEvent(CloudEvent<UsageEvent> event) {

	/** Reads all columns of a row. */
	static RecordedEvent read(ResultSet row, int number) throws SQLException {
		LedgerRow read = LedgerRow.read(row, number);
		Instant time = (read.data() instanceof UsageSettled call) ? call.finishedAt()
				: row.getObject("recorded_at", OffsetDateTime.class).toInstant();
		return new RecordedEvent(new CloudEvent<>(read.eventId(), row.getString("source"), time,
				row.getObject("seq", Long.class), read.data()));
	}

	/** Where it is in the order of users and event ids. */
	public Place place() {
		return new Place(this.event.data().userId().value(), this.event.id());
	}

}
