package dev.tallygate.console.admin;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.Moments;
import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Outcome;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.services.Together;
import dev.tallygate.console.session.SignedIn;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * How the installation is: which services answer, which gateways may spend, the price
 * table and the master keys.
 */
@Controller
class SystemController {

	private static final ParameterizedTypeReference<Listed<Gateway>> GATEWAYS = new ParameterizedTypeReference<>() {
	};

	private final ServiceClient services;

	SystemController(ServiceClient services) {
		this.services = services;
	}

	@GetMapping("/admin/system")
	String page(@AuthenticationPrincipal SignedIn person, Model model) {
		try (Together calls = new Together()) {
			Together.Part<Timed<Boolean>> metering = calls
				.ask(() -> timed(() -> answers(Service.METERING, person, "/api/users/me/usage/summary")));
			Together.Part<Timed<Listed<Gateway>>> gateways = calls.ask(() -> timed(() -> this.services
				.get(Service.BUDGETS, person.key(), GATEWAYS, "/api/budgets/sources?limit=500")));
			Together.Part<Timed<Table>> prices = calls
				.ask(() -> timed(() -> this.services.get(Service.GATEWAY, person.key(), Table.class, "/api/prices")));
			Timed<MasterKeys> keys = timed(
					() -> this.services.get(Service.KEYS, person.key(), MasterKeys.class, "/api/master-keys"));
			List<Health> health = List.of(Health.of(Service.GATEWAY, prices.get()), Health.of(Service.KEYS, keys),
					Health.of(Service.METERING, metering.get()), Health.of(Service.BUDGETS, gateways.get()));
			model.addAttribute("health", health);
			model.addAttribute("allWell", health.stream().allMatch(Health::well));
			Listed<Gateway> known = gateways.get().content();
			model.addAttribute("gateways", (known != null) ? known.rows() : null);
			model.addAttribute("silent",
					(known != null) ? known.rows().stream().filter(Gateway::silent).toList() : List.of());
			model.addAttribute("prices", prices.get().content());
			model.addAttribute("masterKeys", keys.content());
		}
		return "admin-system";
	}

	@PostMapping("/admin/system/rewrap")
	String rewrap(@AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		Outcome.of(this.services.tell(Service.KEYS, HttpMethod.POST, person.key(), "/api/master-keys/rewrap"),
				"Re-wrapping has begun; how far it is stands below.", next);
		return "redirect:/admin/system";
	}

	@PostMapping("/admin/system/close")
	String close(@RequestParam String source, @AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		Outcome.of(
				this.services.tell(Service.BUDGETS, HttpMethod.POST, person.key(), Map.of("source", source),
						"/api/budgets/sources/close"),
				"What was lent to this gateway is free again. Should it come back, it starts anew.", next);
		return "redirect:/admin/system";
	}

	private Answer<Boolean> answers(Service service, SignedIn person, String path) {
		return this.services.get(service, person.key(), Object.class, path).map((something) -> true);
	}

	private static <T> Timed<T> timed(Supplier<Answer<T>> call) {
		long start = System.nanoTime();
		Panel<T> panel = Panel.of(call.get());
		return new Timed<>(panel.content(), Duration.ofNanos(System.nanoTime() - start));
	}

	/**
	 * An answer, and how long it took.
	 */
	record Timed<T>(@Nullable T content, Duration took) {
	}

	/**
	 * Whether a service answers.
	 *
	 * @param millis how long its answer took
	 */
	record Health(String name, boolean well, long millis) {

		static Health of(Service service, Timed<?> answer) {
			return new Health(service.title(), answer.content() != null, answer.took().toMillis());
		}

	}

	/**
	 * A gateway that may spend, as budget-service knows it.
	 *
	 * @param heardAt when it last told what is open there; null where it has not, or
	 * where budget-service does not say
	 * @param silent whether that is too long ago
	 */
	record Gateway(@Nullable String source, @Nullable Instant registeredAt, @Nullable Instant closedAt,
			@Nullable Instant heardAt, boolean silent) {

		public String since() {
			return (this.registeredAt != null) ? Moments.minute(this.registeredAt, ZoneOffset.UTC) : "–";
		}

		public String state() {
			if (this.closedAt != null) {
				return "closed " + Moments.minute(this.closedAt, ZoneOffset.UTC);
			}
			return this.silent ? "silent since " + lastHeard() : "open";
		}

		private String lastHeard() {
			return (this.heardAt != null) ? Moments.minute(this.heardAt, ZoneOffset.UTC) : "its start";
		}

	}

	/**
	 * The price table in force.
	 *
	 * @param fileBroken whether the operator's file cannot be used
	 */
	record Table(@Nullable String version, @Nullable Boolean fileBroken, @Nullable List<Object> prices) {

		public boolean broken() {
			return Boolean.TRUE.equals(this.fileBroken);
		}

		public String count() {
			return Dollars.count((this.prices != null) ? this.prices.size() : 0, "model");
		}

	}

	/**
	 * The master keys and how far re-wrapping is.
	 */
	record MasterKeys(@Nullable List<MasterKey> data, @Nullable Rewrap rewrap) {

		public List<MasterKey> rows() {
			return (this.data != null) ? this.data : List.of();
		}

		/** Whether there is something to re-wrap. */
		public boolean behind() {
			return rows().stream().anyMatch((key) -> !key.first() && key.records() > 0)
					&& (this.rewrap == null || !this.rewrap.running());
		}

		public @Nullable String progress() {
			if (this.rewrap == null) {
				return null;
			}
			return (this.rewrap.running() ? "Re-wrapping: " : "Re-wrapped: ") + Dollars.count(this.rewrap.rewrapped())
					+ " records" + ((this.rewrap.undecryptable() > 0)
							? ", " + Dollars.count(this.rewrap.undecryptable()) + " cannot be decrypted" : "")
					+ ".";
		}

	}

	/**
	 * One of them.
	 *
	 * @param first whether it encrypts what is new
	 * @param configured whether the service has it
	 * @param records how many need it
	 */
	record MasterKey(@Nullable String id, boolean first, boolean configured, long records) {

		public String role() {
			if (!this.configured) {
				return "missing: its records cannot be read";
			}
			return this.first ? "encrypts what is new" : "only decrypts";
		}

		public String count() {
			return Dollars.count(this.records);
		}

	}

	/**
	 * How far re-wrapping is.
	 */
	record Rewrap(boolean running, long rewrapped, long undecryptable) {
	}

}
