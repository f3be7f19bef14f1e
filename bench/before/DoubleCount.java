package dev.tallygate.gateway.admission;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.time.Instant;
import java.time.YearMonth;

/** How far one user's spend was counted twice while budget-service caught up; today OwnCallsTests says so. */
final class DoubleCount {

	private static final int CALLS = 20_000;

	private static final YearMonth MONTH = YearMonth.of(2026, 11);

	private DoubleCount() {
	}

	public static void main(String[] arguments) {
		OwnCalls own = new OwnCalls();
		UserId user = new UserId(UuidV7.next());
		for (int seq = 1; seq <= CALLS; seq++) {
			own.add(new PostedCall(user, seq, 1, Credential.SYSTEM, Instant.EPOCH, MONTH));
		}
		long worst = 0;
		for (int counted = 1; counted <= CALLS; counted++) {
			own.dropUpTo(counted);
			worst = Math.max(worst, counted + own.spentNanos(MONTH) - CALLS);
		}
		System.out.println("1: worst double count of " + CALLS + " calls: " + worst);
	}

}
