package dev.tallygate.gateway.completion;

import dev.tallygate.events.UserId;
import dev.tallygate.gateway.routing.ResponseHomes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers kept responses in memory.
 */
public final class MapResponses implements ResponseHomes {

	private record Key(String id, UserId owner) {

	}

	private final Map<Key, Home> homes = new ConcurrentHashMap<>();

	@Override
	public void keep(String id, UserId owner, String provider, String model, @Nullable Long tokens) {
		this.homes.merge(new Key(id, owner), new Home(provider, model, tokens),
				(known, now) -> (now.tokens() != null) ? now : known);
	}

	@Override
	public Optional<Home> find(String id, UserId owner) {
		return Optional.ofNullable(this.homes.get(new Key(id, owner)));
	}

	@Override
	public void forget(String id, UserId owner) {
		this.homes.remove(new Key(id, owner));
	}

}
