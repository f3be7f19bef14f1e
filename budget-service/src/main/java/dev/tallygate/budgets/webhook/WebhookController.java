package dev.tallygate.budgets.webhook;

import dev.tallygate.budgets.alert.Alerts;
import dev.tallygate.budgets.audit.AuditTrail;
import dev.tallygate.budgets.webhook.Webhook.Format;
import dev.tallygate.budgets.webhook.Webhooks.Logged;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.NamedInPath;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import dev.tallygate.security.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * Webhooks over REST. A secret is shown when it is made and never again.
 */
@RestController
@AdminOnly
class WebhookController implements NamedInPath {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final int MAX_DESCRIPTION = 200;

	private final Webhooks webhooks;

	private final WebhookDispatcher dispatcher;

	private final SecretSeal seal;

	private final WebhookProperties properties;

	private final AddressRules rules;

	private final AuditTrail audit;

	private final TransactionTemplate transaction;

	private final Clock clock;

	WebhookController(Webhooks webhooks, WebhookDispatcher dispatcher, SecretSeal seal, WebhookProperties properties,
			AuditTrail audit, PlatformTransactionManager transactions, Clock clock) {
		this.webhooks = webhooks;
		this.dispatcher = dispatcher;
		this.seal = seal;
		this.properties = properties;
		this.rules = new AddressRules(properties.allowedNetworks());
		this.audit = audit;
		this.transaction = new TransactionTemplate(transactions);
		this.clock = clock;
	}

	@Override
	public void requireNamed(Map<String, String> path, @Nullable UserId user, Caller caller) {
		String id = path.get("id");
		if (id != null) {
			found(idOf(id));
		}
	}

	private static UUID idOf(String id) {
		try {
			return UUID.fromString(id);
		}
		catch (IllegalArgumentException ex) {
			throw ProblemException.notFound();
		}
	}

	@GetMapping("/api/webhooks")
	Page<WebhookView> list(@RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		int most = PageLimit.of(limit);
		UUID after = Cursor.parse(cursor, (parts) -> UuidV7.parse(parts.getFirst()));
		return Page.of(this.webhooks.page(after, most + 1).stream().map((each) -> view(each, null)).toList(), most,
				(each) -> Cursor.of(each.id()));
	}

	@GetMapping("/api/webhooks/{id}")
	WebhookView get(@PathVariable UUID id) {
		return view(found(id), null);
	}

	@PostMapping("/api/webhooks")
	@ResponseStatus(HttpStatus.CREATED)
	WebhookView create(Caller caller, @RequestBody WebhookRequest body) {
		if (body.url() == null) {
			throw ProblemException.invalidField("url", "is missing");
		}
		UUID id = UuidV7.next();
		SigningSecret secret = SigningSecret.create();
		Webhook webhook = changed(new Webhook(id, body.url(), "", Format.CLOUDEVENTS, List.of(), true, null,
				this.seal.seal(secret, id), null, null, null, this.clock.instant()), body);
		this.transaction.executeWithoutResult((status) -> {
			if (this.webhooks.count() >= this.properties.most()) {
				throw new ProblemException(HttpStatus.CONFLICT, "too_many_webhooks",
						"There are " + this.properties.most() + " webhooks already. Delete one first.");
			}
			this.webhooks.save(webhook);
			report("webhook.created", caller, webhook.id(), null, told(webhook));
		});
		return view(webhook, secret);
	}

	@PatchMapping("/api/webhooks/{id}")
	WebhookView change(@PathVariable UUID id, Caller caller, @RequestBody WebhookRequest body) {
		return view(change(id, caller, "webhook.changed", (webhook) -> changed(webhook, body)), null);
	}

	/** A new secret; the old one signs too for a while, until receivers have the new. */
	@PostMapping("/api/webhooks/{id}/rotate-secret")
	WebhookView rotate(@PathVariable UUID id, Caller caller) {
		Instant until = this.clock.instant().plus(this.properties.secretOverlap());
		SigningSecret secret = SigningSecret.create();
		Webhook rotated = change(id, caller, "webhook.secret-rotated",
				(old) -> new Webhook(old.id(), old.url(), old.description(), old.format(), old.types(), old.enabled(),
						old.disabledReason(), this.seal.seal(secret, id), old.secret(), until, old.failingSince(),
						old.createdAt()));
		return view(rotated, secret);
	}

	private Webhook change(UUID id, Caller caller, String action, UnaryOperator<Webhook> change) {
		Webhook after = this.transaction.execute((status) -> {
			Webhook before = found(this.webhooks.lock(id));
			Webhook changed = change.apply(before);
			this.webhooks.save(changed);
			if (!changed.equals(before)) {
				report(action, caller, id, told(before), told(changed));
			}
			return changed;
		});
		this.dispatcher.wake();
		return Objects.requireNonNull(after);
	}

	@DeleteMapping("/api/webhooks/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@PathVariable UUID id, Caller caller) {
		this.transaction.executeWithoutResult((status) -> {
			Webhook webhook = found(this.webhooks.lock(id));
			this.webhooks.delete(id);
			report("webhook.deleted", caller, id, told(webhook), null);
		});
	}

	/** Sends a delivery that tells of nothing, to try the way. */
	@PostMapping("/api/webhooks/{id}/test")
	@ResponseStatus(HttpStatus.ACCEPTED)
	Sent test(@PathVariable UUID id) {
		found(id);
		UUID delivery = UuidV7.next();
		Instant now = this.clock.instant();
		Map<String, Object> event = new LinkedHashMap<>();
		event.put("specversion", "1.0");
		event.put("id", delivery.toString());
		event.put("source", "/budget");
		event.put("type", "dev.tallygate." + Webhook.TEST + ".v1");
		event.put("time", now.toString());
		event.put("datacontenttype", "application/json");
		event.put("data", Map.of("webhookId", id.toString()));
		this.webhooks.add(delivery, id, null, Webhook.TEST,
				JSON.writeValueAsString(event).getBytes(StandardCharsets.UTF_8), now);
		this.dispatcher.wake();
		return new Sent(delivery);
	}

	@GetMapping("/api/webhooks/{id}/deliveries")
	Page<Logged> deliveries(@PathVariable UUID id, @RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		int most = PageLimit.of(limit);
		UUID before = Cursor.parse(cursor, (parts) -> UuidV7.parse(parts.getFirst()));
		return Page.of(this.webhooks.log(id, before, most + 1), most, (each) -> Cursor.of(each.id()));
	}

	@PostMapping("/api/webhooks/{id}/deliveries/{delivery}/redeliver")
	@ResponseStatus(HttpStatus.ACCEPTED)
	Sent redeliver(@PathVariable UUID id, @PathVariable UUID delivery) {
		return again(id, delivery);
	}

	/** The same by the delivery's id alone, which names its webhook. */
	@PostMapping("/api/webhooks/deliveries/{delivery}/redeliver")
	@ResponseStatus(HttpStatus.ACCEPTED)
	Sent redeliver(@PathVariable UUID delivery) {
		return again(null, delivery);
	}

	private Sent again(@Nullable UUID webhook, UUID delivery) {
		if (!this.webhooks.again(webhook, delivery, this.clock.instant())) {
			throw ProblemException.notFound();
		}
		this.dispatcher.wake();
		return new Sent(delivery);
	}

	private Webhook found(UUID id) {
		return found(this.webhooks.find(id));
	}

	private static Webhook found(@Nullable Webhook webhook) {
		if (webhook == null) {
			throw ProblemException.notFound();
		}
		return webhook;
	}

	/** What is absent stays. Enabled again, it starts afresh. */
	private Webhook changed(Webhook old, WebhookRequest body) {
		String url = (body.url() != null) ? body.url() : old.url();
		if (body.url() != null) {
			String problem = WebhookUrl.problem(url, this.rules);
			if (problem != null) {
				throw ProblemException.invalidField("url", problem);
			}
		}
		boolean enabled = (body.enabled() != null) ? body.enabled() : old.enabled();
		boolean again = enabled && !old.enabled();
		return new Webhook(old.id(), url, description(old, body), format(old, body), types(old, body), enabled,
				(enabled || body.enabled() != null) ? null : old.disabledReason(), old.secret(), old.oldSecret(),
				old.oldSecretUntil(), again ? null : old.failingSince(), old.createdAt());
	}

	private static String description(Webhook old, WebhookRequest body) {
		if (body.description() == null) {
			return old.description();
		}
		if (body.description().length() > MAX_DESCRIPTION || body.description().indexOf('\0') >= 0) {
			throw ProblemException.invalidField("description", "must be at most " + MAX_DESCRIPTION + " characters");
		}
		return body.description();
	}

	private static Format format(Webhook old, WebhookRequest body) {
		if (body.format() == null) {
			return old.format();
		}
		return switch (body.format()) {
			case "cloudevents" -> Format.CLOUDEVENTS;
			case "slack" -> Format.SLACK;
			default -> throw ProblemException.invalidField("format", "must be 'cloudevents' or 'slack'");
		};
	}

	private static List<String> types(Webhook old, WebhookRequest body) {
		if (body.types() == null) {
			return old.types();
		}
		if (!Alerts.types().containsAll(body.types())) {
			throw ProblemException.invalidField("types", "must be some of " + Alerts.types() + ", or empty for all");
		}
		return body.types().stream().distinct().toList();
	}

	private void report(String action, Caller caller, UUID id, @Nullable Map<String, ?> before,
			@Nullable Map<String, ?> after) {
		this.audit.append(action, caller, Map.of("name", id.toString()), before, after);
	}

	/** A URL may carry a secret in its path, as Slack's do: only its host is told. */
	private static Map<String, Object> told(Webhook webhook) {
		return Map.of("host", String.valueOf(java.net.URI.create(webhook.url()).getHost()), "format",
				webhook.format().wireName(), "types", webhook.types().toString(), "enabled", webhook.enabled());
	}

	private static WebhookView view(Webhook webhook, @Nullable SigningSecret secret) {
		return new WebhookView(webhook.id(), webhook.url(), webhook.description(), webhook.format().wireName(),
				webhook.types(), webhook.enabled(), webhook.disabledReason(), webhook.failingSince(),
				webhook.oldSecretUntil(), webhook.createdAt(), (secret != null) ? secret.text() : null);
	}

	/** A webhook as it is asked for; what is absent stays as it is. */
	record WebhookRequest(@Nullable String url, @Nullable String description, @Nullable String format,
			@Nullable List<String> types, @Nullable Boolean enabled) {

	}

	/** A webhook as REST answers it; the secret only when it was made just now. */
	record WebhookView(UUID id, String url, String description, String format, List<String> types, boolean enabled,
			@Nullable String disabledReason, @Nullable Instant failingSince, @Nullable Instant oldSecretUntil,
			Instant createdAt, @Nullable String secret) {

	}

	/** What was sent, to be found in the log. */
	record Sent(UUID deliveryId) {

	}

}
