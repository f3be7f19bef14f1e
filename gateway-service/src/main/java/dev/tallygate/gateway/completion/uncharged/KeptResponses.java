package dev.tallygate.gateway.completion.uncharged;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.completion.answer.RefusedException;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.dialect.responses.ResponsesRequest;
import dev.tallygate.gateway.routing.ResponseHomes;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.security.problem.ErrorCode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Whose the responses are that providers keep. All users of the operator's key share one
 * account there, so a response is only reached by who made it.
 */
public final class KeptResponses {

	private static final Logger logger = LoggerFactory.getLogger(KeptResponses.class);

	static final WireError NO_SUCH_RESPONSE = WireError.of(404, ErrorCode.NOT_FOUND,
			"You have no response of this id. Responses are kept for about a month, unless they were made with "
					+ "'store' false.");

	static final WireError NO_SUCH_ITEM = WireError.of(404, ErrorCode.NOT_FOUND,
			"'input' names an item that you have not. Items are kept for about a month, unless their response was made "
					+ "with 'store' false. Send the item itself.");

	/** A stream's last event is read a moment before the size of all is noted. */
	private static final Duration NOTED = Duration.ofMillis(50);

	private final ResponseHomes homes;

	public KeptResponses(ResponseHomes homes) {
		this.homes = homes;
	}

	/**
	 * Notes who made a response, or what it has once that is known; one that is not noted
	 * can be read by nobody.
	 */
	public void keep(UserId user, Target target, String id, Made made) {
		try {
			this.homes.keep(id, user, target.provider().name(), target.model(), made.tokens());
			if (!made.items().isEmpty()) {
				this.homes.contains(id, user, made.items(), made.outputTokens());
			}
		}
		catch (DataAccessException ex) {
			logger.warn("A response was not noted and cannot be asked for: {}", ex.getClass().getSimpleName());
		}
	}

	/** The same, without holding up a stream. */
	public void keepSoon(UserId user, Target target, String id, Made made) {
		Thread.ofVirtual().name("keep-response").start(() -> keep(user, target, id, made));
	}

	/**
	 * What is known of a response.
	 *
	 * @param tokens how many it has, with all that it goes on from; null when nobody
	 * knows yet
	 * @param outputTokens how many its items are; null when nobody knows
	 * @param items the names of its items
	 */
	public record Made(@Nullable Long tokens, @Nullable Long outputTokens, List<String> items) {

		/** Nothing yet but its name. */
		public static final Made BEGUN = new Made(null, null, List.of());

	}

	/** Where a user's response is kept. */
	Optional<ResponseHomes.Home> find(UserId user, String id) {
		return this.homes.find(id, user);
	}

	void forget(UserId user, String id) {
		this.homes.forget(id, user);
	}

	/**
	 * Looks whether a request goes on from what is the caller's own, and is kept where it
	 * goes.
	 * @return what it goes on from
	 */
	public Carried check(ResponsesRequest request, UserId user, Target target, Credential credential)
			throws InvalidRequestException, RefusedException {
		if (request.conversation() && credential == Credential.SYSTEM) {
			throw new InvalidRequestException("'conversation' needs a provider key of your own. Use "
					+ "'previous_response_id', or send the conversation.", "conversation");
		}
		Carried items = items(request.references(), user, target, credential);
		Carried rest = previous(request, user, target);
		return new Carried(rest.tokens() + items.tokens(), rest.unknown() || items.unknown());
	}

	/**
	 * The items that a request names. At a caller's own key they may have been made
	 * elsewhere.
	 */
	private Carried items(Set<String> wanted, UserId user, Target target, Credential credential)
			throws InvalidRequestException, RefusedException {
		if (wanted.isEmpty()) {
			return Carried.NOTHING;
		}
		List<ResponseHomes.Items> having = having(wanted, user);
		if (!areIn(having, wanted)) {
			if (credential != Credential.USER) {
				throw new RefusedException(NO_SUCH_ITEM);
			}
			return new Carried(0, true);
		}
		long tokens = 0;
		boolean unknown = false;
		for (ResponseHomes.Items each : having) {
			if (!each.provider().equals(target.provider().name())) {
				throw new InvalidRequestException(
						"An item that 'input' names is kept by " + each.provider() + ". Use a model of that provider.",
						"input");
			}
			tokens += (each.outputTokens() != null) ? each.outputTokens() : 0;
			unknown |= each.outputTokens() == null;
		}
		return new Carried(tokens, unknown);
	}

	private List<ResponseHomes.Items> having(Set<String> wanted, UserId user) {
		List<ResponseHomes.Items> having = this.homes.having(wanted, user);
		for (int tries = 0; tries < 3 && !areIn(having, wanted) && waited(); tries++) {
			having = this.homes.having(wanted, user);
		}
		return having;
	}

	private static boolean areIn(List<ResponseHomes.Items> having, Set<String> wanted) {
		Set<String> known = new HashSet<>();
		having.forEach((each) -> known.addAll(each.ids()));
		return known.containsAll(wanted);
	}

	private Carried previous(ResponsesRequest request, UserId user, Target target)
			throws InvalidRequestException, RefusedException {
		boolean unknown = request.conversation() || request.prompt();
		String previous = request.previous();
		if (previous == null) {
			return unknown ? new Carried(0, true) : Carried.NOTHING;
		}
		ResponseHomes.Home home = find(user, previous).orElseThrow(() -> new RefusedException(NO_SUCH_RESPONSE));
		if (!home.provider().equals(target.provider().name())) {
			throw new InvalidRequestException(
					"The response to go on from is kept by " + home.provider() + ". Use a model of that provider.",
					"previous_response_id");
		}
		Long tokens = (home.tokens() != null) ? home.tokens() : soon(user, previous);
		return (tokens != null) ? new Carried(tokens, unknown) : new Carried(0, true);
	}

	private static boolean waited() {
		try {
			Thread.sleep(NOTED);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private @Nullable Long soon(UserId user, String id) {
		if (!waited()) {
			return null;
		}
		ResponseHomes.Home home = find(user, id).orElse(null);
		return (home != null) ? home.tokens() : null;
	}

}
