package dev.tallygate.keys.providerkey;

import dev.tallygate.events.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.Repository;

/**
 * The table {@code provider_key}: all about a provider key but the key. Rows go with
 * their sealed secret.
 */
interface ProviderKeyRows extends Repository<ProviderKey, UUID> {

	Optional<ProviderKey> findById(UUID id);

	Optional<ProviderKey> findByOwnerIdAndProvider(UserId owner, String provider);

	List<ProviderKey> findByOwnerIdOrderByProvider(UserId owner);

	/** Connected accounts whose tokens end before then, soonest first. */
	@Query("""
			SELECT id FROM provider_key WHERE connection = 'connected' AND token_expires_at <= :then
			ORDER BY token_expires_at, id LIMIT :limit""")
	List<UUID> endingBefore(Instant then, int limit);

	/**
	 * Adds or changes one.
	 * @return the same in its next version
	 */
	ProviderKey save(ProviderKey key);

}
