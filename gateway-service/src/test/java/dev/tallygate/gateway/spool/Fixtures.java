package dev.tallygate.gateway.spool;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.CallId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AdmissionProperties;
import dev.tallygate.gateway.pricing.Demand;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.Usage;
import dev.tallygate.gateway.usage.CallOpened;
import dev.tallygate.gateway.usage.CallRequest;
import dev.tallygate.gateway.usage.Settlement;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.util.unit.DataSize;

/**
 * Calls and spools to test with.
 */
final class Fixtures {

	/** 300 nano-USD in, 1500 out, per token. */
	static final PriceRow ROW = PriceRow.of("openai", "gpt-4o-mini", Instant.EPOCH)
		.price(Meter.INPUT, 300_000_000L)
		.price(Meter.OUTPUT, 1_500_000_000L)
		.price(Meter.CACHE_READ, 300_000_000L)
		.price(Meter.CACHE_WRITE_5M, 300_000_000L)
		.build();

	static final CallPrice PRICE = CallPrice.of(ROW);

	static final ApiKeyId KEY = new ApiKeyId(UuidV7.next());

	private Fixtures() {
	}

	static SpoolProperties properties(Path directory) {
		return new SpoolProperties(directory, DataSize.ofKilobytes(16), Duration.ofSeconds(1), Duration.ofSeconds(1),
				DataSize.ofMegabytes(4), DataSize.ofGigabytes(1), Duration.ofSeconds(10));
	}

	static AdmissionProperties admission() {
		return new AdmissionProperties(512, Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofHours(2),
				Path.of("unused"), Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, true, 1024,
				Duration.ofMillis(150));
	}

	static Spool spool(Path directory) {
		return Spool.open(properties(directory), "test", SegmentOutput::file, Clock.systemUTC());
	}

	static CallOpened call() {
		return call(new UserId(UuidV7.next()));
	}

	static CallOpened call(UserId user) {
		Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		CallRequest request = new CallRequest(user, KEY, KeyType.DEV, null, "conversation", "openai", "gpt-4o-mini",
				"gpt-4o-mini", Operation.CHAT, true, Credential.SYSTEM, Demand.ofText(100, null, 1), Map.of(), false);
		return new CallOpened(CallId.next(), request, PRICE, "v1", now, LocalDate.ofInstant(now, ZoneOffset.UTC));
	}

	static Settlement completed(long input, long output) {
		return new Settlement(Status.COMPLETED, UsageSource.PROVIDER, Usage.of(input, output),
				Instant.now().truncatedTo(ChronoUnit.MILLIS), 12L, 1, 200);
	}

	static List<Sendable> eventsOf(Spool spool) throws java.io.IOException {
		List<Sendable> all = new ArrayList<>();
		long ordinal = 0;
		for (List<Sendable> some = spool.after(ordinal, 100); !some.isEmpty(); some = spool.after(ordinal, 100)) {
			all.addAll(some);
			ordinal = some.getLast().ordinal();
		}
		return all;
	}

}
