package dev.tallygate.metering.replay;

import dev.tallygate.messaging.CallWindow;
import dev.tallygate.metering.ledger.LedgerReader.Place;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Publishes usage events again, for administrators: after a restore without Kafka, what
 * budget-service had not read yet when the databases were saved.
 */
@RestController
@AdminOnly
class ReplayController {

	/** So that what is told again is read within the time in which it is taken in. */
	private static final Duration LONGEST = CallWindow.BACK.minusDays(5);

	/** As many as are written within a second or two. */
	private static final int STEP = 5000;

	private final Replay replay;

	ReplayController(Replay replay) {
		this.replay = replay;
	}

	@PostMapping("/api/usage/replay")
	@Operation(
			summary = "Publishes again what came to the ledger since a moment, at most " + STEP + " events a request",
			description = "Each event as it was, under its own id, so that who has counted it does not count it again. "
					+ "Ask again with nextCursor and the same body until there is none.")
	Answer replay(@RequestBody Request request, @RequestParam(required = false) @Nullable String cursor) {
		Instant since = since(request.since());
		Place after = Cursor.parse(cursor, ReplayController::place);
		Replay.Told told = this.replay.step(since, (after != null) ? after : Place.START, STEP);
		Place reached = told.reached();
		return new Answer(told.events(),
				(reached != null) ? Cursor.of(reached.user(), reached.event()).toString() : null);
	}

	private static Place place(List<String> parts) {
		if (parts.size() != 2) {
			throw new IllegalArgumentException("not a place");
		}
		return new Place(UUID.fromString(parts.getFirst()), UUID.fromString(parts.getLast()));
	}

	private static Instant since(@Nullable String text) {
		if (text == null) {
			throw ProblemException.invalidField("since", "is missing: a moment such as 2026-11-29T10:00:00Z");
		}
		Instant since;
		try {
			since = Instant.parse(text);
		}
		catch (DateTimeParseException ex) {
			throw ProblemException.invalidField("since", "must be a moment such as 2026-11-29T10:00:00Z");
		}
		if (since.isAfter(Instant.now())) {
			throw ProblemException.invalidField("since", "must not be in the future");
		}
		if (since.isBefore(Instant.now().minus(LONGEST))) {
			throw ProblemException.invalidField("since",
					"must be within the last " + LONGEST.toDays() + " days: older calls are counted no more");
		}
		return since;
	}

	/**
	 * What to tell again.
	 *
	 * @param since when the first event came to the ledger, such as 2026-11-29T10:00:00Z
	 */
	record Request(@Nullable String since) {

	}

	/**
	 * What was told.
	 *
	 * @param events how many
	 * @param nextCursor where the next request goes on; null when there are no more
	 */
	record Answer(int events, @Nullable String nextCursor) {

	}

}
