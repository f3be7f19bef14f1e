package dev.tallygate.gateway.completion;

import dev.tallygate.events.UserId;
import dev.tallygate.gateway.routing.ResponseHomes;
import java.util.Collection;
import java.util.List;
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

	private final Map<Key, Items> items = new ConcurrentHashMap<>();

	@Override
	public void keep(String id, UserId owner, String provider, String model, @Nullable Long tokens) {
		this.homes.merge(new Key(id, owner), new Home(provider, model, tokens),
				(known, now) -> (now.tokens() != null) ? now : known);
	}

	@Override
	public void contains(String id, UserId owner, List<String> items, @Nullable Long outputTokens) {
		Home home = this.homes.get(new Key(id, owner));
		if (home != null) {
			this.items.put(new Key(id, owner), new Items(home.provider(), outputTokens, items));
		}
	}

	@Override
	public List<Items> having(Collection<String> wanted, UserId owner) {
		return this.items.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().owner().equals(owner))
			.map(Map.Entry::getValue)
			.filter((each) -> each.ids().stream().anyMatch(wanted::contains))
			.toList();
	}

	@Override
	public Optional<Home> find(String id, UserId owner) {
		return Optional.ofNullable(this.homes.get(new Key(id, owner)));
	}

	@Override
	public void forget(String id, UserId owner) {
		this.homes.remove(new Key(id, owner));
		this.items.remove(new Key(id, owner));
	}

}
