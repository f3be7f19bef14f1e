package dev.tallygate.gateway.spool;

import dev.tallygate.events.CallId;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.gateway.admission.PostedCall;
import dev.tallygate.gateway.admission.Refusal;
import dev.tallygate.gateway.admission.Reservation;
import dev.tallygate.gateway.usage.CallMeters;
import dev.tallygate.gateway.usage.CallOpened;
import dev.tallygate.gateway.usage.OpenCall;
import dev.tallygate.gateway.usage.Settlement;
import dev.tallygate.pricing.RatedUsage;
import dev.tallygate.pricing.Usage;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An open call: its reservation and its record in the spool end together.
 */
final class AdmittedCall implements OpenCall {

	private final SpooledCall call;

	private final Reservation reservation;

	private final Spool spool;

	private final CallMeters meters;

	private final Clock clock;

	private final AtomicBoolean ended = new AtomicBoolean();

	private volatile @Nullable Rated last;

	/**
	 * What was said of the cost of a usage: it is asked again for the answer's headers.
	 */
	private record Rated(Usage usage, RatedUsage rated) {

	}

	AdmittedCall(SpooledCall call, Reservation reservation, Spool spool, CallMeters meters, Clock clock) {
		this.call = call;
		this.reservation = reservation;
		this.spool = spool;
		this.meters = meters;
		this.clock = clock;
	}

	@Override
	public CallId id() {
		return opened().callId();
	}

	@Override
	public CallOpened opened() {
		return this.call.opened();
	}

	@Override
	public RatedUsage rate(Usage usage) {
		Rated known = this.last;
		if (known != null && known.usage().equals(usage)) {
			return known.rated();
		}
		RatedUsage rated = opened().rate(usage);
		this.last = new Rated(usage, rated);
		return rated;
	}

	@Override
	public Progress delivered(long outputTokens) {
		this.call.delivered(outputTokens);
		if (this.reservation.delivered(outputTokens)) {
			return Progress.GOES_ON;
		}
		Refusal limit = this.reservation.cutBy();
		return (limit != null) ? new Progress.Reached(limit) : Progress.GOES_ON;
	}

	@Override
	public boolean settle(Settlement settlement) {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		try {
			RatedUsage rated = rate(settlement.usage());
			PostedCall posted = this.spool.settled(this.call, settlement, rated);
			Usage usage = settlement.usage();
			this.reservation.post((posted != null) ? posted : lost(rated),
					usage.saturated() ? null : usage.outputTokens());
			this.meters.settled(opened(), settlement, rated);
		}
		finally {
			this.reservation.release();
		}
		return true;
	}

	/** The record is lost, but the money is spent. */
	private PostedCall lost(RatedUsage rated) {
		CallOpened opened = opened();
		@Nullable NanoUsd cost = rated.cost();
		return new PostedCall(opened.request().userId(), opened.request().apiKeyId(), PostedCall.NEVER_COUNTED,
				(cost != null) ? cost.value() : 0, opened.request().credential(), opened.startedAt(), opened.day());
	}

	@Override
	public boolean voided() {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		try {
			this.spool.voided(this.call);
		}
		finally {
			this.reservation.release();
		}
		return true;
	}

	@Override
	public void close() {
		if (this.ended.get()) {
			return;
		}
		Settlement settlement = Settlement.unattended(opened(), this.call.delivered(),
				this.clock.instant().truncatedTo(ChronoUnit.MILLIS));
		if (settle(settlement)) {
			this.meters.unattended(opened());
		}
	}

}
