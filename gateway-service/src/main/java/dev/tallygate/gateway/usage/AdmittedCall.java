package dev.tallygate.gateway.usage;

import dev.tallygate.events.CallId;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.gateway.admission.PostedCall;
import dev.tallygate.gateway.admission.Reservation;
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

	private final UsageMeters meters;

	private final Clock clock;

	private final AtomicBoolean ended = new AtomicBoolean();

	AdmittedCall(SpooledCall call, Reservation reservation, Spool spool, UsageMeters meters, Clock clock) {
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
	public void delivered(long outputTokens) {
		this.call.delivered(outputTokens);
	}

	@Override
	public boolean settle(Settlement settlement) {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		try {
			SpoolRecords.OwnCall own = this.spool.settled(this.call, settlement);
			this.reservation.post((own != null) ? own.posted() : lost(settlement), settlement.counts().output());
			this.meters.settled(opened(), settlement);
		}
		finally {
			this.reservation.release();
		}
		return true;
	}

	/** The record is lost, but the money is spent. */
	private PostedCall lost(Settlement settlement) {
		CallOpened opened = opened();
		@Nullable NanoUsd cost = opened.costOf(settlement.counts());
		return new PostedCall(opened.userId(), Long.MAX_VALUE, (cost != null) ? cost.value() : 0, opened.credential(),
				opened.startedAt(), opened.period());
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
