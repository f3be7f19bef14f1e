package dev.tallygate.console.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tallygate.console.Dollars;
import dev.tallygate.console.Moments;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.services.Together;
import dev.tallygate.console.session.SignedIn;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Who did what, and whether the trail of it is whole.
 */
@Controller
class TrailController {

	private static final ParameterizedTypeReference<Listed<Entry>> ENTRIES = new ParameterizedTypeReference<>() {
	};

	private final ServiceClient services;

	TrailController(ServiceClient services) {
		this.services = services;
	}

	@GetMapping("/admin/audit")
	String trail(@RequestParam(required = false) @Nullable String only,
			@RequestParam(required = false) @Nullable String cursor, @AuthenticationPrincipal SignedIn person,
			Model model) {
		String path = "/api/audit?limit=100" + switch (only) {
			case "changes" -> "&reveals=false";
			case "reveals" -> "&action=provider-key.revealed";
			case null, default -> "";
		};
		try (Together calls = new Together()) {
			Together.Part<Names> names = calls.ask(() -> Names.of(this.services, person));
			Panel<Listed<Entry>> entries = Panel
				.of(this.services.page(Service.KEYS, person.key(), ENTRIES, cursor, path));
			model.addAttribute("only", only);
			model.addAttribute("entries", entries.content());
			model.addAttribute("notice", entries.notice());
			model.addAttribute("names", names.get());
		}
		return "admin-audit";
	}

	/** Whether the trail is whole; all of it is read to tell. */
	@GetMapping("/admin/audit/chain")
	String chain(@AuthenticationPrincipal SignedIn person, Model model) {
		Panel<Chain> chain = Panel
			.of(this.services.patient().get(Service.KEYS, person.key(), Chain.class, "/api/audit/verify"));
		model.addAttribute("chain", chain.content());
		model.addAttribute("chainNotice", chain.notice());
		return "admin-chain";
	}

	/**
	 * Who did what.
	 *
	 * @param old what was there before; null where nothing is to be said
	 * @param fresh what is there since
	 */
	record Entry(@Nullable Instant at, @Nullable String action, @Nullable String outcome, @Nullable String actorUserId,
			@Nullable String actorService, @Nullable String userId, @Nullable String keyId, @Nullable String provider,
			@Nullable String address, @Nullable Object subject, @Nullable Object old,
			@JsonProperty("new") @Nullable Object fresh) {

		public String when() {
			return (this.at != null) ? Moments.minute(this.at, ZoneOffset.UTC) : "";
		}

		public String who() {
			return (this.actorUserId != null) ? this.actorUserId : String.valueOf(this.actorService);
		}

		/** What, in words. */
		public String what() {
			String words = String.valueOf(this.action).replace('.', ' ').replace('-', ' ');
			return words + ((this.provider != null) ? ", " + this.provider : "")
					+ ((this.outcome == null || "done".equals(this.outcome)) ? "" : " (" + this.outcome + ")");
		}

		/** What was before and what is since; of what is new or gone that alone. */
		public String change() {
			if (this.old == null) {
				return words(this.fresh);
			}
			return (this.fresh == null) ? "was " + words(this.old) : words(this.old) + " → " + words(this.fresh);
		}

		/** Such as {@code enabled: true, types: none}. */
		private static String words(@Nullable Object value) {
			return switch (value) {
				case null -> "";
				case Map<?, ?> members when !members.isEmpty() -> members.entrySet()
					.stream()
					.map((member) -> member.getKey() + ": " + part(member.getValue()))
					.collect(Collectors.joining(", "));
				case List<?> several when !several.isEmpty() ->
					several.stream().map(Entry::part).collect(Collectors.joining(", "));
				case Map<?, ?> _, List<?> _ -> "none";
				default -> value.toString();
			};
		}

		private static String part(@Nullable Object value) {
			return (value instanceof Map<?, ?> members && !members.isEmpty()) ? "(" + words(value) + ")"
					: (value == null) ? "none" : words(value);
		}

	}

	/**
	 * Whether the trail is whole.
	 */
	record Chain(boolean whole, long entries, @Nullable List<Object> findings) {

		public String trouble() {
			return Dollars.count((this.findings != null) ? this.findings.size() : 0, "place");
		}

		public String count() {
			return Dollars.count(this.entries);
		}

	}

}
