package dev.tallygate.keys.providerkey;

import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.keys.provider.Provider;
import dev.tallygate.keys.provider.Providers;
import dev.tallygate.keys.vault.SealedSecrets;
import dev.tallygate.keys.vault.UndecryptableException;
import dev.tallygate.security.problem.ProblemException;
import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.secret.UnusableSecretException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes the operator's keys from {@code <PROVIDER>_API_KEY} into the vault at the start,
 * and out of it when the variable is gone.
 */
@Component
class SystemKeys implements SmartLifecycle {

	/** Processes that start together take turns. */
	private static final long LOCK = 0x7A11_6A7E_0000_0002L;

	private final Environment environment;

	private final Providers providers;

	private final StoredKeys stored;

	private final ProviderKeyRows rows;

	private final SealedSecrets secrets;

	private final TransactionTemplate transaction;

	private final JdbcClient jdbc;

	private volatile boolean running;

	SystemKeys(Environment environment, Providers providers, StoredKeys stored, ProviderKeyRows rows,
			SealedSecrets secrets, TransactionTemplate transaction, JdbcClient jdbc) {
		this.environment = environment;
		this.providers = providers;
		this.stored = stored;
		this.rows = rows;
		this.secrets = secrets;
		this.transaction = transaction;
		this.jdbc = jdbc;
	}

	/** Before the web server. */
	@Override
	public int getPhase() {
		return 0;
	}

	@Override
	public void start() {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("SELECT pg_advisory_xact_lock(?)").param(LOCK).query((row) -> {
			});
			this.providers.all().forEach(this::take);
		});
		this.running = true;
	}

	private void take(Provider provider) {
		String variable = provider.name().toUpperCase(Locale.ROOT).replace('-', '_') + "_API_KEY";
		Secret configured = checked(variable, this.environment.getProperty(variable));
		Optional<SealedSecrets.Stored> old = this.secrets.find(Owners.OPERATOR, provider.name());
		if (configured == null) {
			this.rows.findByOwnerIdAndProvider(Owners.OPERATOR, provider.name())
				.ifPresent((key) -> this.stored.remove(key, Actor.SELF));
		}
		else if (old.isEmpty() || !isSame(provider, old.get(), configured)) {
			this.stored.save(Owners.OPERATOR, provider, configured, null, Actor.SELF);
		}
	}

	/** One that does not decrypt is replaced: here the plaintext is at hand. */
	private boolean isSame(Provider provider, SealedSecrets.Stored sealed, Secret configured) {
		try {
			return sealed.isFor(provider.origin()) && this.secrets.open(sealed).matches(configured);
		}
		catch (UndecryptableException ex) {
			return false;
		}
	}

	private static @Nullable Secret checked(String variable, @Nullable String value) {
		if (value == null || value.isBlank()) {
			return null;
		}
		try {
			return KeyText.checked(value.strip());
		}
		catch (ProblemException ex) {
			throw new UnusableSecretException(variable, "is no API key: it has fewer than 10 characters or odd ones",
					"Copy it again from the provider, or leave it out.");
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
