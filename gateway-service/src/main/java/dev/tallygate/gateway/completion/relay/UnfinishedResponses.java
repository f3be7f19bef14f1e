package dev.tallygate.gateway.completion.relay;

import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.gateway.completion.uncharged.KeptResponses;
import dev.tallygate.gateway.completion.answer.Outcome.Unfinished;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.dialect.WholeAnswer;
import dev.tallygate.gateway.provider.AnswerRoom;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamException;
import dev.tallygate.gateway.provider.UpstreamRequest;
import dev.tallygate.pricing.Usage;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for responses that a provider makes in the background, for only at their end does
 * it tell what they cost: the call stays open, holds what it may cost, and is closed with
 * what the provider reported.
 */
final class UnfinishedResponses {

	private static final Logger logger = LoggerFactory.getLogger(UnfinishedResponses.class);

	/** What may be put into a path. */
	private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,200}");

	private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

	/** How soon a call that is cut is noticed. */
	private static final Duration STEP = Duration.ofMillis(250);

	private final UpstreamClient client;

	private final AnswerRoom room;

	private final KeptResponses kept;

	private final Duration longest;

	UnfinishedResponses(UpstreamClient client, AnswerRoom room, KeptResponses kept, Duration longest) {
		this.client = client;
		this.room = room;
		this.kept = kept;
		this.longest = longest;
	}

	/** Asks after a response until it is made, given up or gone, and closes its call. */
	void follow(Leg leg, Unfinished response) {
		if (!ID.matcher(response.id()).matches()) {
			leg.books().ended(Status.INTERRUPTED, response.told(), response.delivered());
			return;
		}
		String path = path(leg, response.id());
		long deadline = System.nanoTime() + this.longest.toNanos();
		Duration pause = FIRST_PAUSE;
		while (System.nanoTime() - deadline < 0 && waited(leg, pause)) {
			if (isOver(leg, response, new UpstreamRequest("GET", path, fields(leg), null, false))) {
				return;
			}
			pause = (pause.compareTo(LONGEST_PAUSE) < 0) ? pause.plus(pause.dividedBy(2)) : LONGEST_PAUSE;
		}
		if (!isOver(leg, response, new UpstreamRequest("POST", path + "/cancel", fields(leg),
				new SplicedBody(new byte[0], 0, List.of()), false))) {
			logger.warn("A response in the background was given up and may go on; its call is charged by estimate");
			leg.books().ended(Status.INTERRUPTED, response.told(), response.delivered());
		}
	}

	/** Whether the time passed and nobody wants the call to end. */
	private static boolean waited(Leg leg, Duration pause) {
		long until = System.nanoTime() + pause.toNanos();
		try {
			while (System.nanoTime() - until < 0) {
				if (leg.in().running().cutReason() != null) {
					return false;
				}
				Thread.sleep(STEP);
			}
			return leg.in().running().cutReason() == null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** A provider that cannot tell now is asked again. */
	private boolean isOver(Leg leg, Unfinished response, UpstreamRequest question) {
		try (UpstreamCall upstream = this.client.open(leg.access().origin())) {
			int status = upstream.exchange(question);
			if (status == 404) {
				leg.books().ended(response.otherwise(), response.told(), response.delivered());
				return true;
			}
			return status == 200 && isMade(leg, response, upstream);
		}
		catch (UpstreamException ex) {
			logger.debug("{} does not tell of a response: {}", leg.provider(), ex.getMessage());
			return false;
		}
	}

	private boolean isMade(Leg leg, Unfinished response, UpstreamCall upstream) throws UpstreamException {
		try (AnswerRoom.Held held = this.room.read(upstream)) {
			WholeAnswer answer = leg.exchange().whole(held.bytes(), held.length(), leg.reading());
			if (!answer.readable() || answer.unfinished()) {
				return false;
			}
			close(leg, response, answer);
			Usage usage = answer.usage();
			if (usage != null) {
				this.kept.keep(leg.in().caller().userId(), leg.target(), response.id(),
						new KeptResponses.Made(Books.total(usage), usage.outputTokens(), answer.items()));
			}
			return true;
		}
		catch (AnswerRoom.NoRoomException ex) {
			return false;
		}
	}

	/**
	 * One that failed costs what the provider says it does; one without anything was
	 * cancelled. Where it says nothing, what was told and delivered before counts.
	 */
	private static void close(Leg leg, Unfinished response, WholeAnswer answer) {
		boolean told = answer.usage() != null || answer.delivered().roughTokens() > 0;
		Usage usage = (answer.usage() != null) ? answer.usage() : response.told();
		DeliveredText delivered = told ? answer.delivered() : response.delivered();
		if (answer.failure() == null) {
			leg.books().ended(told ? Status.COMPLETED : response.otherwise(), usage, delivered);
		}
		else if (!Books.anything(usage) && response.delivered().roughTokens() == 0) {
			leg.books().failed();
		}
		else {
			leg.books().ended(Status.INTERRUPTED, usage, delivered);
		}
	}

	private static String path(Leg leg, String id) {
		return leg.access().basePath() + leg.exchange().path() + '/' + id;
	}

	private static List<UpstreamRequest.Field> fields(Leg leg) {
		return leg.in().headers().at(leg.access(), leg.labels().callId(), true);
	}

}
