package dev.tallygate.budgets.webhook;

import dev.tallygate.budgets.alert.Alerts;
import dev.tallygate.budgets.webhook.WebhookClient.Attempt;
import dev.tallygate.budgets.webhook.Webhooks.Delivery;
import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.BackgroundLoop;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells webhooks of alerts. A delivery is written with the alert itself. Each attempt has
 * a thread of its own, and a webhook only so many of them, so that one that is slow or
 * dead delays nobody else. Several instances share the work; an attempt whose process
 * dies is made again, with the same id.
 */
@Component
class WebhookDispatcher extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(WebhookDispatcher.class);

	private static final int GONE = 410;

	private static final Duration TIDY_EVERY = Duration.ofMinutes(1);

	private static final int FORGOTTEN_AT_ONCE = 1000;

	private final Webhooks webhooks;

	private final WebhookClient client;

	private final SecretSeal seal;

	private final SecretSealing sealing;

	private final WebhookProperties properties;

	private final TransactionTemplate transaction;

	private final Clock clock;

	private final Counter delivered;

	private final Counter failed;

	private final Counter disabled;

	private final Semaphore room;

	private final Map<UUID, Semaphore> roomOf = new ConcurrentHashMap<>();

	private Instant tidiedAt = Instant.EPOCH;

	WebhookDispatcher(Webhooks webhooks, WebhookClient client, SecretSeal seal, SecretSealing sealing,
			WebhookProperties properties, PlatformTransactionManager transactions, Clock clock,
			MeterRegistry registry) {
		super("webhook-dispatcher", properties.retryDelay(), properties.retryDelay().multipliedBy(10));
		this.webhooks = webhooks;
		this.client = client;
		this.seal = seal;
		this.sealing = sealing;
		this.properties = properties;
		this.transaction = new TransactionTemplate(transactions);
		this.clock = clock;
		this.room = new Semaphore(properties.inAll());
		this.delivered = attempts(registry, "delivered");
		this.failed = attempts(registry, "failed");
		this.disabled = Counter.builder("tallygate.budget.webhooks.disabled")
			.description("webhooks that were disabled because nothing got through")
			.register(registry);
	}

	private static Counter attempts(MeterRegistry registry, String outcome) {
		return Counter.builder("tallygate.budget.webhook.attempts")
			.tag("outcome", outcome)
			.description("attempts to tell a webhook of an alert")
			.register(registry);
	}

	/** Within the transaction of the alerts. */
	@EventListener
	void raised(Alerts.Raised raised) {
		List<Webhook> told = this.webhooks.all().stream().filter(Webhook::enabled).toList();
		for (BudgetAlert alert : raised.alerts()) {
			String type = Alerts.typeOf(alert);
			byte[] event = EventCodec.encode(Alerts.event(alert));
			told.stream()
				.filter((webhook) -> webhook.wants(type))
				.forEach((webhook) -> this.webhooks.add(UuidV7.next(), webhook.id(), alert.id(), type, event,
						this.clock.instant()));
		}
	}

	@TransactionalEventListener(fallbackExecution = true)
	void committed(Alerts.Raised raised) {
		wake();
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			int most = this.room.availablePermits();
			Instant now = this.clock.instant();
			List<Delivery> due = (most > 0) ? take(now, most) : List.of();
			due.forEach(this::start);
			succeeded();
			tidy();
			if (due.size() < most || most == 0) {
				pause(this.properties.pollInterval());
			}
		}
	}

	private List<Delivery> take(Instant now, int most) {
		// Longer than an attempt can last.
		Instant until = now.plus(this.properties.attemptTimeout().multipliedBy(3));
		List<Delivery> taken = this.transaction
			.execute((status) -> this.webhooks.take(now, until, this.properties.perWebhook(), most));
		return (taken != null) ? taken : List.of();
	}

	private void start(Delivery delivery) {
		Semaphore roomHere = this.roomOf.computeIfAbsent(delivery.webhookId(),
				(id) -> new Semaphore(this.properties.perWebhook()));
		if (!roomHere.tryAcquire()) {
			putOff(delivery);
			return;
		}
		if (!this.room.tryAcquire()) {
			roomHere.release();
			putOff(delivery);
			return;
		}
		Thread.ofVirtual().name("webhook-delivery").start(() -> {
			try {
				attempt(delivery);
			}
			catch (DataAccessException ex) {
				logger.warn("An attempt at a webhook could not be noted and is made again: {}",
						ex.getClass().getSimpleName());
			}
			finally {
				this.room.release();
				roomHere.release();
				wake();
			}
		});
	}

	/** Four of this webhook are under way: it waits for one to end. */
	private void putOff(Delivery delivery) {
		this.webhooks.putOff(delivery.id(), this.clock.instant().plus(this.properties.pollInterval()));
	}

	private void attempt(Delivery delivery) {
		Webhook webhook = this.webhooks.find(delivery.webhookId());
		if (webhook == null || !webhook.enabled()) {
			return;
		}
		byte[] body = switch (webhook.format()) {
			case CLOUDEVENTS -> delivery.event();
			case SLACK -> SlackMessage.of(delivery);
		};
		Instant now = this.clock.instant();
		List<SigningSecret> secrets = webhook.signing(now, this.seal);
		if (secrets.isEmpty()) {
			disable(webhook.id(), "Its secret does not open. Rotate it.");
			return;
		}
		Attempt attempt = this.client.send(webhook, secrets, messageId(delivery), body, now);
		this.transaction.executeWithoutResult((status) -> {
			this.webhooks.attempted(delivery, attempt, next(delivery, attempt));
			this.webhooks.worked(webhook.id(), attempt.isDelivered(), attempt.at());
		});
		(attempt.isDelivered() ? this.delivered : this.failed).increment();
		if (Integer.valueOf(GONE).equals(attempt.status())) {
			disable(webhook.id(), "It answered 410 Gone.");
		}
	}

	/** The same at each attempt, and at each redelivery. */
	private static String messageId(Delivery delivery) {
		return "msg_" + delivery.id();
	}

	private @Nullable Instant next(Delivery delivery, Attempt attempt) {
		if (attempt.isDelivered() || delivery.attempts() >= this.properties.delays().size()) {
			return null;
		}
		Duration delay = this.properties.delays().get(delivery.attempts());
		double jitter = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
		return attempt.at().plusMillis(Math.round(delay.toMillis() * jitter));
	}

	private void disable(UUID webhook, String reason) {
		this.webhooks.disable(webhook, reason);
		said(webhook, reason);
	}

	private void said(UUID webhook, String reason) {
		this.disabled.increment();
		logger.warn("Webhook {} is disabled: {} Enable it with PATCH /api/webhooks/{} once it works.", webhook, reason,
				webhook);
	}

	/** Whatever becomes of it, what is due is sent. */
	private void tidy() {
		Instant now = this.clock.instant();
		if (now.isBefore(this.tidiedAt.plus(TIDY_EVERY))) {
			return;
		}
		this.tidiedAt = now;
		try {
			tidy(now);
		}
		catch (DataAccessException | TransactionException ex) {
			logger.warn("Old deliveries to webhooks are not forgotten yet: {}", ex.getClass().getSimpleName());
		}
	}

	private void tidy(Instant now) {
		String reason = "Nothing got through for " + this.properties.disableAfter().toHours() + " hours.";
		this.webhooks.disableFailingSince(now.minus(this.properties.disableAfter()), reason)
			.forEach((webhook) -> said(webhook, reason));
		this.webhooks.forgetOldSecrets(now);
		this.sealing.run();
		if (this.webhooks.forgetBefore(now.minus(this.properties.kept()), FORGOTTEN_AT_ONCE) == FORGOTTEN_AT_ONCE) {
			this.tidiedAt = Instant.EPOCH;
		}
	}

}
