package dev.tallygate.console.keys;

import dev.tallygate.console.budget.BudgetAmount;
import dev.tallygate.console.budget.LimitForm;
import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Notice;
import dev.tallygate.console.services.Outcome;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.services.Together;
import dev.tallygate.console.session.RotatedKey;
import dev.tallygate.console.session.SignedIn;
import dev.tallygate.security.secret.Secret;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * The person's own API keys: list, create, change, rotate, limit, revoke.
 */
@Controller
class ApiKeysController {

	private static final String KEYS = "/api/users/me/keys";

	private static final String KEY = KEYS + "/{id}";

	/** As many as are shown at once; the next ones come as one gets to the end. */
	private static final int PAGE = 100;

	/** As many as budget-service tells at once. */
	private static final int LIMITS = 500;

	/** More keys than anybody may have. */
	private static final int MOST_LIMITS = 10_000;

	private final ServiceClient services;

	private final RotatedKey rotatedKey;

	ApiKeysController(ServiceClient services, RotatedKey rotatedKey) {
		this.services = services;
		this.rotatedKey = rotatedKey;
	}

	@GetMapping("/keys")
	String list(@RequestParam(required = false) @Nullable String cursor, @AuthenticationPrincipal SignedIn person,
			Model model) {
		return page(person, cursor, model);
	}

	/**
	 * Answers with the page itself: a secret that waited for a redirect would be stored
	 * somewhere.
	 */
	@PostMapping("/keys")
	String create(KeyForm form, @RequestParam(defaultValue = "") String dollars,
			@RequestParam(defaultValue = "month") String period, @AuthenticationPrincipal SignedIn person,
			Model model) {
		try {
			switch (BudgetAmount.parse(dollars)) {
				case BudgetAmount.Unreadable(String advice) -> model.addAttribute("problem", Notice.refused(advice));
				case BudgetAmount.Limit(@Nullable Long cents) -> {
					Answer<ApiKeys.Issued> answer = this.services.send(Service.KEYS, HttpMethod.POST, person.key(),
							new KeyForm(form.name(), (form.keyType() != null) ? form.keyType() : "dev", form.expires(),
									form.models(), form.tags())
								.body(),
							ApiKeys.Issued.class, KEYS);
					issued(answer, model);
					if (cents != null && answer instanceof Answer.Given<ApiKeys.Issued>(ApiKeys.Issued issued)) {
						model.addAttribute("limitNotice", limitNew(issued, cents, period, person));
					}
				}
			}
		}
		catch (IllegalArgumentException ex) {
			model.addAttribute("problem", Notice.refused(String.valueOf(ex.getMessage())));
		}
		return page(person, null, model);
	}

	/**
	 * The key is there, whatever becomes of its limit; its secret is shown this once, so
	 * this is told beside it.
	 */
	private @Nullable Notice limitNew(ApiKeys.Issued key, long cents, String period, SignedIn person) {
		Notice trouble = Panel
			.ofChange(this.services.tell(Service.BUDGETS, HttpMethod.PUT, person.key(),
					Map.of("limitCents", cents, "period", period), KEY + "/budget", String.valueOf(key.id())))
			.notice();
		return (trouble != null) ? new Notice("It has no limit yet",
				"Set it on the key’s page before a program has the key. " + trouble.advice()) : null;
	}

	@GetMapping("/keys/{id}")
	String one(@PathVariable PathName id, @RequestParam(required = false) @Nullable String cursor,
			@AuthenticationPrincipal SignedIn person, Model model) {
		return keyPage(id, cursor, person, model);
	}

	@PostMapping("/keys/{id}/change")
	String change(@PathVariable PathName id, KeyForm form, @RequestParam(required = false) @Nullable String seen,
			@AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		if (!form.whole()) {
			// What is not there is no wish to let the key do more.
			Outcome.refused("The form lost a field, so nothing was changed. Load the page again and save it once more.",
					next);
			return "redirect:/keys/" + id.value();
		}
		Answer<ApiKeys.ApiKey> read = read(person, id);
		if (!(read instanceof Answer.Given<ApiKeys.ApiKey>(ApiKeys.ApiKey now))) {
			next.addFlashAttribute("problem",
					isThere(read) ? Panel.of(read).notice() : Notice.refused("This key is not there any more."));
			return "redirect:/keys";
		}
		if (seen != null && !seen.equals(now.seen())) {
			Outcome.changedElsewhere(next);
			return "redirect:/keys/" + id.value();
		}
		try {
			Map<String, @Nullable Object> body = new KeyForm(form.name(), null, form.expires(), form.models(),
					form.tags())
				.body();
			if (now.expiryDate().equals(form.expires())) {
				// The day is as it was, so the moment within it stays.
				body.remove("expiresAt");
			}
			Answer<ApiKeys.Changed> answer = this.services.send(Service.KEYS, HttpMethod.PATCH, person.key(), body,
					ApiKeys.Changed.class, KEY, id.value());
			Outcome.of(answer, "The key is changed.", next);
			if (answer instanceof Answer.Given<ApiKeys.Changed>(ApiKeys.Changed changed)) {
				next.addFlashAttribute("unknown", changed.unknown());
			}
		}
		catch (IllegalArgumentException ex) {
			Outcome.refused(String.valueOf(ex.getMessage()), next);
		}
		return "redirect:/keys/" + id.value();
	}

	private Answer<ApiKeys.ApiKey> read(SignedIn person, PathName id) {
		return this.services.get(Service.KEYS, person.key(), ApiKeys.ApiKey.class, KEY, id.value());
	}

	/** Whether key-service knows the key, or may know it and does not answer. */
	private static boolean isThere(Answer<ApiKeys.ApiKey> answer) {
		return !(answer instanceof Answer.Refused<ApiKeys.ApiKey>);
	}

	/** Ends a secret that a rotation left alive, before its time. */
	@PostMapping("/keys/{id}/secrets/end")
	String endSecret(@PathVariable PathName id, @RequestParam PathName secret, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes next) {
		Outcome.of(this.services.tell(Service.KEYS, HttpMethod.DELETE, person.key(), KEY + "/secrets/{secret}",
				id.value(), secret.value()), "The old secret is dead. Every gateway refuses it within a second.", next);
		return "redirect:/keys/" + id.value();
	}

	@PostMapping("/keys/{id}/rotate")
	String rotate(@PathVariable PathName id, @RequestParam(defaultValue = "0") int overlapSeconds,
			@AuthenticationPrincipal SignedIn person, Model model, HttpServletRequest request,
			HttpServletResponse response) {
		boolean own = person.withKey() && isOwn(person, id);
		Answer<ApiKeys.Issued> answer = this.services.send(Service.KEYS, HttpMethod.POST, person.key(),
				Map.of("overlapSeconds", overlapSeconds), ApiKeys.Issued.class, KEY + "/rotate", id.value());
		issued(answer, model);
		SignedIn same = person;
		if (answer instanceof Answer.Given<ApiKeys.Issued>(ApiKeys.Issued issued) && issued.secret() != null
				&& (own || (person.withKey() && isDead(person, id)))) {
			// The old secret may be dead by now, and one that dies soon changes nothing.
			same = this.rotatedKey.goOnWith(Secret.of(issued.secret()), person, request, response);
		}
		return keyPage(id, null, same, model);
	}

	/** Whether a key is the one that the person is signed in with. */
	private boolean isOwn(SignedIn person, PathName id) {
		return this.services.get(Service.KEYS, person.key(), ApiKeys.Secrets.class, KEY + "/secrets",
				id.value()) instanceof Answer.Given<ApiKeys.Secrets>(ApiKeys.Secrets live)
				&& person.key()
					.<Boolean>useText((secret) -> live.all()
						.stream()
						.map(ApiKeys.Live::keyPrefix)
						.anyMatch((prefix) -> prefix != null && secret.startsWith(prefix)));
	}

	/**
	 * Whether the session's key is refused, which it was not before a rotation: whose key
	 * it was could not be read then, and the new secret would be lost.
	 */
	private boolean isDead(SignedIn person, PathName id) {
		return read(person, id) instanceof Answer.KeyNotAccepted<ApiKeys.ApiKey>;
	}

	/** The address of the page that shows a new secret, when it is loaded again. */
	@GetMapping("/keys/{id}/rotate")
	String rotated(@PathVariable PathName id) {
		return "redirect:/keys/" + id.value();
	}

	@PostMapping("/keys/{id}/budget")
	String limit(@PathVariable PathName id, LimitForm form, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes next) {
		form.send(this.services, person.key(), next, KEY + "/budget", id.value());
		return "redirect:/keys/" + id.value();
	}

	@PostMapping("/keys/revoke")
	String revoke(@RequestParam PathName id, @AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		Outcome.of(this.services.tell(Service.KEYS, HttpMethod.DELETE, person.key(), KEY, id.value()),
				"The key is revoked. Every gateway refuses it within a second.", next);
		return "redirect:/keys";
	}

	private static void issued(Answer<ApiKeys.Issued> answer, Model model) {
		Panel<ApiKeys.Issued> issued = Panel.ofChange(answer);
		model.addAttribute("issued", issued.content());
		model.addAttribute("problem", issued.notice());
	}

	private String page(SignedIn person, @Nullable String cursor, Model model) {
		try (Together calls = new Together()) {
			Together.Part<KeyUsage> used = calls.ask(() -> usage(person));
			Together.Part<Optional<Map<String, KeyLimits.Row>>> limited = calls.ask(() -> limits(person));
			Panel<ApiKeys> panel = Panel.of(this.services.page(Service.KEYS, person.key(), ApiKeys.class, cursor,
					KEYS + "?limit={limit}", PAGE));
			if (panel.content() != null) {
				Map<String, KeyUsage.Row> usage = used.get().byKey();
				Optional<Map<String, KeyLimits.Row>> limits = limited.get();
				model.addAttribute("keys",
						panel.content()
							.keys()
							.stream()
							.map((key) -> new Line(key, usage.get(key.id()),
									limits.map((all) -> all.get(key.id())).orElse(null)))
							.toList());
				model.addAttribute("limitsKnown", limits.isPresent());
				model.addAttribute("older", panel.content().nextCursor());
				model.addAttribute("cursor", cursor);
			}
			model.addAttribute("keysNotice", panel.notice());
		}
		return "keys";
	}

	/** By the keys' ids; empty where budget-service does not say. */
	private Optional<Map<String, KeyLimits.Row>> limits(SignedIn person) {
		Map<String, KeyLimits.Row> limits = new HashMap<>();
		String cursor = null;
		do {
			if (!(this.services.page(Service.BUDGETS, person.key(), KeyLimits.class, cursor,
					KEYS + "/budgets?limit={limit}", LIMITS) instanceof Answer.Given<KeyLimits>(KeyLimits page))) {
				return Optional.empty();
			}
			page.rows().forEach((row) -> limits.put(String.valueOf(row.apiKeyId()), row));
			cursor = page.nextCursor();
		}
		while (cursor != null && limits.size() < MOST_LIMITS);
		return Optional.of(limits);
	}

	private KeyUsage usage(SignedIn person) {
		return (this.services.get(Service.METERING, person.key(), KeyUsage.class,
				"/api/users/me/usage/keys") instanceof Answer.Given<KeyUsage>(KeyUsage usage)) ? usage
						: new KeyUsage(List.of());
	}

	/**
	 * The page of one key.
	 * @param cursor where its secrets begin
	 */
	private String keyPage(PathName id, @Nullable String cursor, SignedIn person, Model model) {
		try (Together calls = new Together()) {
			Together.Part<KeyUsage> used = calls.ask(() -> usage(person));
			Together.Part<Answer<ApiKeys.Secrets>> secrets = calls.ask(() -> this.services.page(Service.KEYS,
					person.key(), ApiKeys.Secrets.class, cursor, KEY + "/secrets", id.value()));
			Together.Part<Answer<LimitForm.Limit>> limit = calls.ask(() -> this.services.get(Service.BUDGETS,
					person.key(), LimitForm.Limit.class, KEY + "/budget", id.value()));
			Answer<ApiKeys.ApiKey> key = read(person, id);
			Panel<ApiKeys.ApiKey> panel = Panel.of(key);
			model.addAttribute("keysNotice", isThere(key) ? panel.notice() : null);
			model.addAttribute("key", panel.content());
			model.addAttribute("usage", used.get().of(id.value()));
			model.addAttribute("secrets", (secrets.get() instanceof Answer.Given<ApiKeys.Secrets>(ApiKeys.Secrets live))
					? live : new ApiKeys.Secrets(List.of(), null));
			model.addAttribute("cursor", cursor);
			LimitForm.Limit known = LimitForm.Limit.known(limit.get());
			model.addAttribute("limit", known);
			model.addAttribute("limitSeen", (known != null) ? known.seen() : null);
		}
		return "key";
	}

	/**
	 * A key, what it took and what it may.
	 */
	record Line(ApiKeys.ApiKey key, KeyUsage.@Nullable Row usage, KeyLimits.@Nullable Row limit) {
	}

}
