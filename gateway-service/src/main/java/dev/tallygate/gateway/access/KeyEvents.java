package dev.tallygate.gateway.access;

import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.ProviderKeyEvent;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.messaging.TopicRecord;
import dev.tallygate.security.caller.CachedIntrospection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Forgets at once what an event says has changed: first whom keys belong to, then which
 * provider keys they open, then the streams that run on them.
 */
final class KeyEvents {

	private final CachedIntrospection introspection;

	private final ProviderKeys providerKeys;

	private final List<KeyWatcher> watchers;

	KeyEvents(CachedIntrospection introspection, ProviderKeys providerKeys, List<KeyWatcher> watchers) {
		this.introspection = introspection;
		this.providerKeys = providerKeys;
		this.watchers = List.copyOf(watchers);
	}

	/** Something about an API key or a provider key. */
	void key(TopicRecord fact) {
		switch (dataOf(fact)) {
			case ApiKeyEvent event -> apiKey(event);
			case ProviderKeyEvent event -> providerKey(event.userId());
			case null, default -> {
				// nothing that is kept here
			}
		}
	}

	/**
	 * Something about a user. A tombstone follows a deletion and may be all that is left.
	 */
	void user(TopicRecord fact) {
		if (fact.event() == null) {
			gone(new UserId(UUID.fromString(fact.key())));
		}
		else if (dataOf(fact) instanceof UserEvent event) {
			this.introspection.invalidateUser(event.userId());
			this.providerKeys.invalidate(event.userId());
			if (event instanceof UserEvent.Deleted) {
				gone(event.userId());
			}
		}
	}

	private void gone(UserId user) {
		this.watchers.forEach((watcher) -> watcher.deleted(user));
	}

	/** The operator's is nobody's, and may be in use by all. */
	private void providerKey(UserId owner) {
		if (owner.equals(UserId.NOBODY)) {
			this.providerKeys.invalidateAll();
		}
		else {
			this.providerKeys.invalidate(owner);
		}
	}

	private void apiKey(ApiKeyEvent event) {
		this.introspection.invalidate(event.keyId());
		this.providerKeys.invalidate(event.userId());
		if (event instanceof ApiKeyEvent.Revoked) {
			this.watchers.forEach((watcher) -> watcher.revoked(event.keyId()));
		}
		else if (event instanceof ApiKeyEvent.Changed) {
			this.watchers.forEach((watcher) -> watcher.changed(event.keyId()));
		}
	}

	private static @Nullable Object dataOf(TopicRecord fact) {
		CloudEvent<?> event = fact.event();
		return (event != null) ? event.data() : null;
	}

}
