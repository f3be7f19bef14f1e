package dev.tallygate.budgets.budget;

import dev.tallygate.budgets.account.BudgetState;
import dev.tallygate.budgets.account.Standing;
import dev.tallygate.budgets.account.Thresholds;
import dev.tallygate.budgets.audit.AuditTrail;
import dev.tallygate.budgets.installation.Installation;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * What holds for everyone, over REST: the ceiling of whoever has none, and the limit on
 * all spend of system keys together.
 */
@RestController
@AdminOnly
class EveryoneController {

	private static final Set<String> CEILING_FIELDS = Set.of("ceilingCents", "enforcement");

	private static final Set<String> LIMIT_FIELDS = Set.of("limitCents", "enforcement", "thresholds");

	private final Installation installation;

	private final AuditTrail audit;

	private final TransactionTemplate transaction;

	EveryoneController(Installation installation, AuditTrail audit, PlatformTransactionManager transactions) {
		this.installation = installation;
		this.audit = audit;
		this.transaction = new TransactionTemplate(transactions);
	}

	@GetMapping("/api/budgets/default")
	CeilingView ceiling() {
		return CeilingView.of(this.installation.standing());
	}

	@PutMapping("/api/budgets/default")
	CeilingView putCeiling(Caller caller, @io.swagger.v3.oas.annotations.parameters.RequestBody(
			content = @Content(schema = @Schema(implementation = CeilingDocument.class))) @RequestBody JsonNode json) {
		LimitBody body = new LimitBody(json).only(CEILING_FIELDS);
		setCeiling(caller, body.amount("ceilingCents"), body.enforcement(Enforcement.HARD));
		return ceiling();
	}

	@DeleteMapping("/api/budgets/default")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void deleteCeiling(Caller caller) {
		setCeiling(caller, null, Enforcement.HARD);
	}

	private void setCeiling(Caller caller, @Nullable Long cents, Enforcement enforcement) {
		this.transaction.executeWithoutResult((status) -> {
			Installation.Standing before = this.installation.hold();
			this.installation.ceiling(cents, enforcement);
			report(caller, "default", told("ceilingCents", before.defaultCents(), before.defaultEnforcement(), null),
					told("ceilingCents", cents, enforcement, null));
		});
	}

	@GetMapping("/api/budgets/installation")
	LimitView limit() {
		return LimitView.of(this.installation.standing());
	}

	@PutMapping("/api/budgets/installation")
	LimitView putLimit(Caller caller, @io.swagger.v3.oas.annotations.parameters.RequestBody(
			content = @Content(schema = @Schema(implementation = LimitDocument.class))) @RequestBody JsonNode json) {
		LimitBody body = new LimitBody(json).only(LIMIT_FIELDS);
		setLimit(caller, body.amount("limitCents"), body.enforcement(Enforcement.HARD),
				body.thresholds(Thresholds.DEFAULT));
		return limit();
	}

	@DeleteMapping("/api/budgets/installation")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void deleteLimit(Caller caller) {
		setLimit(caller, null, Enforcement.HARD, Thresholds.DEFAULT);
	}

	private void setLimit(Caller caller, @Nullable Long cents, Enforcement enforcement, Thresholds thresholds) {
		this.transaction.executeWithoutResult((status) -> {
			Installation.Standing before = this.installation.hold();
			this.installation.limit(cents, enforcement, thresholds);
			report(caller, "installation",
					told("limitCents", before.limitCents(), before.enforcement(), before.thresholds()),
					told("limitCents", cents, enforcement, thresholds));
		});
	}

	private void report(Caller caller, String name, Map<String, Object> before, Map<String, Object> after) {
		if (!before.equals(after)) {
			this.audit.append(name + "-budget.changed", caller, Map.of("name", name), before, after);
		}
	}

	private static Map<String, Object> told(String amount, @Nullable Long cents, Enforcement enforcement,
			@Nullable Thresholds thresholds) {
		Map<String, Object> told = new LinkedHashMap<>();
		told.put(amount, cents);
		told.put("enforcement", enforcement.name().toLowerCase(Locale.ROOT));
		if (thresholds != null) {
			told.put("thresholds", thresholds.percents().toString());
		}
		return told;
	}

	/**
	 * What a PUT of the ceiling takes, for the API document.
	 *
	 * @param ceilingCents whole cents, 0 to 10⁹
	 * @param enforcement what happens there; hard unless said
	 */
	record CeilingDocument(long ceilingCents, @Nullable Enforcement enforcement) {

	}

	/**
	 * What a PUT of the limit takes, for the API document.
	 *
	 * @param limitCents whole cents, 0 to 10⁹
	 * @param enforcement what happens there; hard unless said
	 * @param thresholds percentages at which to alert; 75, 90 and 100 unless said
	 */
	record LimitDocument(long limitCents, @Nullable Enforcement enforcement, @Nullable List<Integer> thresholds) {

	}

	/** The ceiling as REST answers it; null for none. */
	record CeilingView(@Nullable Long ceilingCents, Enforcement enforcement) {

		static CeilingView of(Installation.Standing standing) {
			return new CeilingView(standing.defaultCents(), standing.defaultEnforcement());
		}

	}

	/** The limit as REST answers it, and how it stands. */
	record LimitView(@Nullable Long limitCents, Enforcement enforcement, List<Integer> thresholds, String period,
			Instant periodStart, Instant periodEnd, long spentNanos, String spentUsd, @Nullable Long remainingNanos,
			@Nullable String remainingUsd, @Nullable String percentUsed, BudgetState state) {

		static LimitView of(Installation.Standing standing) {
			Long cents = standing.limitCents();
			NanoUsd limit = (cents != null) ? NanoUsd.ofCents(cents) : null;
			NanoUsd left = (limit != null) ? Standing.left(standing.spent(), limit) : null;
			return new LimitView(cents, standing.enforcement(), standing.thresholds().percents(),
					standing.period().toString(), standing.periodStart(), standing.periodEnd(),
					standing.spent().value(), standing.spent().toUsd(), (left != null) ? left.value() : null,
					(left != null) ? left.toUsd() : null,
					(limit != null) ? Standing.percent(standing.spent(), limit) : null,
					BudgetState.of(standing.spent(), limit));
		}

	}

}
