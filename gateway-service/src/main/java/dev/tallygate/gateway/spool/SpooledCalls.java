package dev.tallygate.gateway.spool;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.RepeatedCalls;
import dev.tallygate.events.SystemKeyRefused;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.Admission;
import dev.tallygate.gateway.admission.AdmissionInterruptedException;
import dev.tallygate.gateway.admission.AdmissionOutcome;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.gateway.admission.AdmissionOutcome.Denied;
import dev.tallygate.gateway.admission.Refusal;
import dev.tallygate.gateway.admission.Reservation;
import dev.tallygate.gateway.admission.Wish;
import dev.tallygate.gateway.pricing.Demand;
import dev.tallygate.gateway.pricing.EstimateProperties;
import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.pricing.UnpricedProperties;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.gateway.usage.CallMeters;
import dev.tallygate.gateway.usage.CallOpened;
import dev.tallygate.gateway.usage.CallRequest;
import dev.tallygate.gateway.usage.Calls;
import dev.tallygate.gateway.usage.OpenCall;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Admits calls and keeps them in the spool.
 */
final class SpooledCalls implements Calls {

	private static final int MOST_TOLD = 10_000;

	private final Prices prices;

	/** What agents ask for of a model whose own maximum is not known. */
	private static final long UNKNOWN_MODELS_OUTPUT = 64_000;

	private final EstimateProperties estimates;

	private final UnpricedProperties unpriced;

	private final Admission admission;

	private final Spool spool;

	private final CallMeters meters;

	private final Clock clock;

	/** Of which keys it was told on which day that their prompts repeat. */
	private final Map<Object, LocalDate> toldRepeating = new ConcurrentHashMap<>();

	/**
	 * Of which providers it was told on which day that they refuse the operator's key.
	 */
	private final Map<String, LocalDate> toldRefused = new ConcurrentHashMap<>();

	private volatile boolean stopping;

	SpooledCalls(Prices prices, Admission admission, Spool spool, CallMeters meters, Clock clock) {
		this(prices, EstimateProperties.DEFAULT, new UnpricedProperties(true), admission, spool, meters, clock);
	}

	SpooledCalls(Prices prices, EstimateProperties estimates, UnpricedProperties unpriced, Admission admission,
			Spool spool, CallMeters meters, Clock clock) {
		this.unpriced = unpriced;
		this.estimates = estimates;
		this.prices = prices;
		this.admission = admission;
		this.spool = spool;
		this.meters = meters;
		this.clock = clock;
	}

	/** Begins no more calls. */
	void stopBeginning() {
		this.stopping = true;
	}

	@Override
	public Begin begin(CallRequest wanted) {
		if (this.stopping) {
			return refused(new Refusal.Stopping(Duration.ofSeconds(1)));
		}
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		PriceTable table = this.prices.inForce();
		CallPrice price = CallPrice.find(table, wanted.provider(), wanted.model(), now);
		if (price == null && wanted.credential() == Credential.SYSTEM && !this.unpriced.unpricedOnSystemKeys()) {
			// Credits are a hard limit, and nothing would be taken from them.
			return refused(new Refusal.NotPriced(wanted.provider(), wanted.model()));
		}
		CallRequest request = wanted
			.demanding(this.estimates.whole(wanted.demand(), wanted.provider(), wanted.model(), price));
		return switch (admit(request, price, now)) {
			case Admitted(Reservation reservation) -> new Begun(open(request, price, table, now, reservation));
			case Denied(Refusal refusal, BudgetRefused first) -> {
				if (first != null) {
					this.spool.note(CloudEvent.of(UuidV7.next(), this.spool.source(), now, first));
				}
				yield refused(refusal);
			}
		};
	}

	@Override
	public void repeating(UserId user, @Nullable ApiKeyId key, int count) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		LocalDate day = this.admission.dayOf(user, now);
		if (this.toldRepeating.size() > MOST_TOLD) {
			// Whoever is told again is not alerted again, for that is once a day too.
			this.toldRepeating.clear();
		}
		if (!day.equals(this.toldRepeating.put((key != null) ? key : user, day))) {
			this.spool.note(CloudEvent.of(UuidV7.next(), this.spool.source(), now,
					new RepeatedCalls(user, key, count, day, now)));
		}
	}

	/** Through the spool, so that neither a crash nor Kafka's absence swallows it. */
	@Override
	public void systemKeyRefused(String provider) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		LocalDate day = LocalDate.ofInstant(now, ZoneOffset.UTC);
		if (!day.equals(this.toldRefused.put(provider, day))) {
			this.spool
				.note(CloudEvent.of(UuidV7.next(), this.spool.source(), now, new SystemKeyRefused(provider, now)));
		}
	}

	private AdmissionOutcome admit(CallRequest request, @Nullable CallPrice price, Instant now) {
		Demand demand = request.demand();
		try {
			return this.admission.admit(new Wish(request.userId(), request.apiKeyId(), request.provider(),
					request.model(), price, request.credential(), demand.inputTokens(), demand.maxOutputTokens(),
					demand.choices(), grows(request, price), demand.reach(), now));
		}
		catch (AdmissionInterruptedException ex) {
			return new Denied(new Refusal.Stopping(Duration.ofSeconds(1)), null);
		}
	}

	/**
	 * Whether nobody chose a limit on the output of a stream: none, or all the model can.
	 */
	private static boolean grows(CallRequest request, @Nullable CallPrice price) {
		Long chosen = request.demand().maxOutputTokens();
		if (!request.streamed() || chosen == null) {
			return request.streamed();
		}
		Long most = (price != null) ? price.row().maxOutputTokens() : null;
		return chosen >= ((most != null) ? most : UNKNOWN_MODELS_OUTPUT);
	}

	private OpenCall open(CallRequest request, @Nullable CallPrice price, PriceTable table, Instant now,
			Reservation reservation) {
		try {
			CallOpened opened = new CallOpened(CallId.next(), request, price, (price != null) ? table.version() : null,
					now, reservation.day());
			return new AdmittedCall(this.spool.opened(opened), reservation, this.spool, this.meters, this.clock);
		}
		catch (RuntimeException ex) {
			reservation.release();
			throw ex;
		}
	}

	private Refused refused(Refusal refusal) {
		this.meters.refused(refusal.code(), (refusal instanceof Refusal.OverLimit over) ? over.limit().name() : null);
		return new Refused(refusal);
	}

}
