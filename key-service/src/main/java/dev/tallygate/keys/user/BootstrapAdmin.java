package dev.tallygate.keys.user;

import dev.tallygate.events.KeyType;
import dev.tallygate.keys.apikey.ApiKeys;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.audit.AuditAction;
import dev.tallygate.keys.audit.AuditEvent;
import dev.tallygate.keys.audit.AuditLog;
import dev.tallygate.keys.owner.KeyEvents;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.security.caller.ApiKeyFormat;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.secret.UnusableSecretException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes sure that there is an administrator, with the configured key or a generated one.
 */
@Component
class BootstrapAdmin implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(BootstrapAdmin.class);

	private static final int MIN_LENGTH = 32;

	private static final int MAX_LENGTH = 1024;

	private static final String VARIABLE = "TALLYGATE_ADMIN_KEY";

	private final UserProperties properties;

	private final UserRows rows;

	private final ApiKeys keys;

	private final Owners owners;

	private final KeyEvents events;

	private final AuditLog audit;

	private final TransactionTemplate transaction;

	private final Clock clock;

	private volatile boolean running;

	BootstrapAdmin(UserProperties properties, UserRows rows, ApiKeys keys, Owners owners, KeyEvents events,
			AuditLog audit, TransactionTemplate transaction, Clock clock) {
		this.properties = properties;
		this.rows = rows;
		this.keys = keys;
		this.owners = owners;
		this.events = events;
		this.audit = audit;
		this.transaction = transaction;
		this.clock = clock;
	}

	/** Before the web server, so that nobody asks while there is no administrator. */
	@Override
	public int getPhase() {
		return 0;
	}

	@Override
	public void start() {
		Secret configured = this.properties.adminKey();
		Secret key = (configured != null && configured.length() > 0) ? checked(configured) : generated();
		this.transaction.executeWithoutResult((status) -> ensure(key));
		this.running = true;
	}

	private void ensure(Secret key) {
		User admin = new User(Owners.BOOTSTRAP_ADMIN, "admin@tallygate.invalid", "Administrator", Role.ADMIN,
				this.clock.instant(), 1);
		if (this.rows.insert(admin, null)) {
			this.events.user(admin.registered());
			this.audit.append(AuditEvent.user(Actor.SELF, AuditAction.USER_CREATED, admin.id()));
		}
		this.owners.lock(admin.id());
		if (this.keys.bootstrap(key, Actor.SELF) == ApiKeys.Bootstrap.REVOKED_BEFORE) {
			logger.warn("The bootstrap administrator's key was revoked and stays so. Set {} to another one to get in.",
					VARIABLE);
		}
	}

	private static Secret checked(Secret key) {
		boolean printable = key
			.useText((text) -> text.chars().allMatch((character) -> character > ' ' && character <= '~'));
		if (key.length() < MIN_LENGTH || key.length() > MAX_LENGTH || !printable) {
			throw new UnusableSecretException(VARIABLE,
					"is not " + MIN_LENGTH + " to " + MAX_LENGTH + " printable ASCII characters without spaces",
					"Set it to a long random secret, or leave it out to have one generated.");
		}
		if (!key.useText(ApiKeyFormat::isWorthLookingUp)) {
			throw new UnusableSecretException(VARIABLE, "starts with tg_ but is not one of Tallygate's keys",
					"Use another form, or leave it out to have one generated.");
		}
		return key;
	}

	private Secret generated() {
		Path file = this.properties.admin().keyFile().toAbsolutePath();
		try {
			if (file.getParent() != null) {
				Files.createDirectories(file.getParent());
			}
			write(file);
			logger.info("The bootstrap administrator's key is in {}", file);
			return checked(Secret.of(Files.readString(file).strip()));
		}
		catch (IOException ex) {
			throw new UnusableSecretException(VARIABLE, "is not set and a generated one cannot be kept in " + file,
					"Set it, or make that folder writable.");
		}
	}

	private static void write(Path file) throws IOException {
		Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
		try (var channel = Files.newByteChannel(file, options,
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
			String key = ApiKeyFormat.generate(KeyType.PROD) + "\n";
			channel.write(java.nio.ByteBuffer.wrap(key.getBytes(StandardCharsets.US_ASCII)));
		}
		catch (FileAlreadyExistsException ex) {
			// That of an earlier start counts.
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
