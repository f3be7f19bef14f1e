package dev.tallygate.gateway.routing;

import dev.tallygate.events.UserId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which provider keeps which response, and for whom.
 */
public interface ResponseHomes {

	/**
	 * Notes a response that was just made, or that its size is known now.
	 * @param tokens how many it has, with all that it goes on from; null when nobody
	 * knows yet
	 */
	void keep(String id, UserId owner, String provider, String model, @Nullable Long tokens);

	/**
	 * Notes which items a response has that is noted.
	 * @param outputTokens how many all of them are; null when nobody knows
	 */
	void contains(String id, UserId owner, List<String> items, @Nullable Long outputTokens);

	/** The owner's responses that have any of these items. */
	List<Items> having(Collection<String> items, UserId owner);

	/** Where the owner's response of this id is; empty when it is not the owner's. */
	Optional<Home> find(String id, UserId owner);

	/** Forgets a response that is gone. */
	void forget(String id, UserId owner);

	/**
	 * The items of a response.
	 *
	 * @param provider who keeps them
	 * @param outputTokens how many all of them are; null when nobody knows
	 * @param ids their names
	 */
	record Items(String provider, @Nullable Long outputTokens, List<String> ids) {

	}

	/**
	 * Where a response is kept.
	 *
	 * @param provider the provider
	 * @param model the model that made it
	 * @param tokens how many it has, with all that it goes on from; null when nobody
	 * knows
	 */
	record Home(String provider, String model, @Nullable Long tokens) {

	}

}
