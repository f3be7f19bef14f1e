package dev.tallygate.messaging;

import java.util.List;

/**
 * What a service does with events. Called inside the transaction that also moves the
 * intake's position: whatever it does with the service's {@code DataSource} through
 * Spring ({@code JdbcClient}, {@code JdbcTemplate}, {@link Outbox}) commits with the
 * position or not at all. It must not do anything that a rollback does not undo.
 * <p>
 * A {@link org.springframework.dao.DataAccessException} other than
 * {@link org.springframework.dao.DataIntegrityViolationException} says that the
 * infrastructure is at fault: the batch is tried again until it works. Anything else says
 * that a record is at fault: the batch is halved until the culprit stands alone, which
 * then becomes a dead letter.
 */
@FunctionalInterface
public interface IntakeHandler {

	/**
	 * Handles a batch, in order within each partition.
	 * @param batch at least one event
	 * @return how many of them were known already, for the metrics
	 */
	int handle(List<Received> batch);

}
