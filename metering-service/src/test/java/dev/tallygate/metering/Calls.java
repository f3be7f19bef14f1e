package dev.tallygate.metering;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.MeterCharge;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageBasis;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Calls as a gateway would tell of them; each method gives one that differs.
 */
public record Calls(UserId user, @Nullable ApiKeyId key, @Nullable AgentId agent, String provider, String model,
		Credential credential, UsageSettled.Status status, UsageSettled.UsageSource usageSource,
		@Nullable Long inputTokens, @Nullable Long outputTokens, @Nullable NanoUsd cost, Instant startedAt,
		String source) {

	/** A completed call of a new user: 1000 tokens in, 500 out, 450000 nano-USD. */
	public static Calls aCall() {
		return new Calls(new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()), null, "openai", "gpt-4o-mini",
				Credential.SYSTEM, UsageSettled.Status.COMPLETED, UsageSettled.UsageSource.PROVIDER, 1000L, 500L,
				new NanoUsd(450_000), Instant.now(), "/gateway/test/" + UuidV7.next());
	}

	public Calls of(UserId user) {
		return new Calls(user, this.key, this.agent, this.provider, this.model, this.credential, this.status,
				this.usageSource, this.inputTokens, this.outputTokens, this.cost, this.startedAt, this.source);
	}

	public Calls with(@Nullable ApiKeyId key) {
		return new Calls(this.user, key, this.agent, this.provider, this.model, this.credential, this.status,
				this.usageSource, this.inputTokens, this.outputTokens, this.cost, this.startedAt, this.source);
	}

	public Calls by(@Nullable AgentId agent) {
		return new Calls(this.user, this.key, agent, this.provider, this.model, this.credential, this.status,
				this.usageSource, this.inputTokens, this.outputTokens, this.cost, this.startedAt, this.source);
	}

	public Calls to(String provider, String model) {
		return new Calls(this.user, this.key, this.agent, provider, model, this.credential, this.status,
				this.usageSource, this.inputTokens, this.outputTokens, this.cost, this.startedAt, this.source);
	}

	public Calls paidBy(Credential credential) {
		return new Calls(this.user, this.key, this.agent, this.provider, this.model, credential, this.status,
				this.usageSource, this.inputTokens, this.outputTokens, this.cost, this.startedAt, this.source);
	}

	public Calls costing(long nanos) {
		return new Calls(this.user, this.key, this.agent, this.provider, this.model, this.credential, this.status,
				this.usageSource, this.inputTokens, this.outputTokens, new NanoUsd(nanos), this.startedAt, this.source);
	}

	public Calls using(@Nullable Long inputTokens, @Nullable Long outputTokens) {
		return new Calls(this.user, this.key, this.agent, this.provider, this.model, this.credential, this.status,
				this.usageSource, inputTokens, outputTokens, this.cost, this.startedAt, this.source);
	}

	public Calls unpriced() {
		return new Calls(this.user, this.key, this.agent, this.provider, this.model, this.credential, this.status,
				this.usageSource, this.inputTokens, this.outputTokens, null, this.startedAt, this.source);
	}

	public Calls failed() {
		return new Calls(this.user, this.key, this.agent, this.provider, this.model, this.credential,
				UsageSettled.Status.FAILED, UsageSettled.UsageSource.NONE, null, null, NanoUsd.ZERO, this.startedAt,
				this.source);
	}

	public Calls estimated() {
		return new Calls(this.user, this.key, this.agent, this.provider, this.model, this.credential,
				UsageSettled.Status.CLIENT_DISCONNECTED, UsageSettled.UsageSource.ESTIMATED, this.inputTokens,
				this.outputTokens, this.cost, this.startedAt, this.source);
	}

	public Calls at(Instant startedAt) {
		return new Calls(this.user, this.key, this.agent, this.provider, this.model, this.credential, this.status,
				this.usageSource, this.inputTokens, this.outputTokens, this.cost, startedAt, this.source);
	}

	public Calls from(String source) {
		return new Calls(this.user, this.key, this.agent, this.provider, this.model, this.credential, this.status,
				this.usageSource, this.inputTokens, this.outputTokens, this.cost, this.startedAt, source);
	}

	/** One more such call. */
	public CloudEvent<UsageSettled> settled(long seq) {
		return settled(seq, idAt(this.startedAt));
	}

	/** Such a call with the given id. */
	public CloudEvent<UsageSettled> settled(long seq, CallId id) {
		Instant started = this.startedAt.truncatedTo(ChronoUnit.MILLIS);
		LocalDate day = LocalDate.ofInstant(started, ZoneOffset.UTC);
		return new CloudEvent<>(id.value(), this.source, started.plusSeconds(1), seq,
				new UsageSettled(id, this.user, this.key, (this.key != null) ? KeyType.DEV : null, this.agent, null,
						this.provider, this.provider + ":" + this.model, this.model, UsageSettled.Operation.CHAT, true,
						this.credential, this.status, this.usageSource, this.inputTokens, null, null, this.outputTokens,
						null, this.cost, this.cost != null, (this.cost != null) ? "2026-11-01" : null, started,
						started.plusSeconds(1), YearMonth.from(day), day, 120L, 1, 200));
	}

	/** A correction of such a call. */
	public static CloudEvent<UsageAdjusted> adjusted(UsageSettled call, UUID job, long deltaNanos) {
		return adjusted(call, job, deltaNanos, null, null);
	}

	/** The same, with what each meter costs from then on. */
	public static CloudEvent<UsageAdjusted> adjusted(UsageSettled call, UUID job, long deltaNanos,
			@Nullable List<MeterCharge> charges, @Nullable List<String> unpricedMeters) {
		return CloudEvent.of(UsageAdjusted.idOf(call.callId(), job), "/metering", Instant.now(),
				new UsageAdjusted(call.callId(), call.userId(), job, "price corrected", new NanoUsd(deltaNanos),
						"2026-11-02", call.apiKeyId(), call.keyType(), call.agentId(), call.provider(), call.model(),
						call.credential(), call.period(), call.day(), charges, unpricedMeters));
	}

	/** An id as made at the given time. */
	public static CallId idAt(Instant time) {
		UUID now = UuidV7.next();
		long high = (time.toEpochMilli() << 16) | (now.getMostSignificantBits() & 0xFFFFL);
		return new CallId(new UUID(high, now.getLeastSignificantBits()));
	}

	/** The same call with what it used by meter, named by tags. */
	public static CloudEvent<UsageSettled> metered(CloudEvent<UsageSettled> event, @Nullable Map<String, String> tags,
			@Nullable List<MeterCharge> charges, @Nullable List<String> unpricedMeters) {
		UsageSettled call = event.data();
		return new CloudEvent<>(event.id(), event.source(), event.time(), event.seq(),
				new UsageSettled(call.callId(), call.userId(), call.apiKeyId(), call.keyType(), call.agentId(),
						call.conversationId(), call.provider(), call.requestModel(), call.model(), call.operation(),
						call.streamed(), call.credential(), call.status(), call.usageSource(), call.inputTokens(),
						call.cacheReadInputTokens(), call.cacheWriteInputTokens(), call.outputTokens(),
						call.reasoningOutputTokens(), call.costNanos(), call.priced(), call.priceVersion(),
						call.startedAt(), call.finishedAt(), call.period(), call.day(), call.timeToFirstByteMillis(),
						call.attempts(), call.httpStatus(), tags,
						Map.of("input", 900L, "cache_read", 100L, "output", 500L), new UsageBasis("flex", null,
								">272000", "us", null, null, null, List.of("cache_read=input"), null),
						charges, unpricedMeters, true));
	}

	/**
	 * The same call of two runs: one of its own model, 900 in and 400 out, and one of an
	 * advisor, 100 in and 100 out.
	 */
	public static CloudEvent<UsageSettled> advised(CloudEvent<UsageSettled> event, String advisor) {
		return advised(event, advisor, null);
	}

	/** The same, where something had no price when the call was settled. */
	public static CloudEvent<UsageSettled> advised(CloudEvent<UsageSettled> event, String advisor,
			@Nullable List<String> unpricedMeters) {
		return advised(event, advisor, unpricedMeters, charges());
	}

	/** The same, charged so. */
	public static CloudEvent<UsageSettled> advised(CloudEvent<UsageSettled> event, String advisor,
			@Nullable List<String> unpricedMeters, List<MeterCharge> charges) {
		UsageSettled call = event.data();
		Map<String, Long> own = Map.of("input", 900L, "output", 400L);
		Map<String, Long> other = Map.of("input", 100L, "output", 100L);
		return new CloudEvent<>(event.id(), event.source(), event.time(), event.seq(),
				new UsageSettled(call.callId(), call.userId(), call.apiKeyId(), call.keyType(), call.agentId(),
						call.conversationId(), call.provider(), call.requestModel(), call.model(), call.operation(),
						call.streamed(), call.credential(), call.status(), call.usageSource(), 1000L, null, null, 500L,
						null, new NanoUsd(450_000), true, call.priceVersion(), call.startedAt(), call.finishedAt(),
						call.period(), call.day(), call.timeToFirstByteMillis(), call.attempts(), call.httpStatus(),
						null, Map.of("input", 1000L, "output", 500L),
						new UsageBasis(null, null, null, null, null, null,
								List.of(new UsageBasis.Iteration("message", null, own),
										new UsageBasis.Iteration("advisor_message", advisor, other)),
								null, null),
						charges, unpricedMeters, true));
	}

	/** Charges that sum to 450000 nano-USD. */
	public static List<MeterCharge> charges() {
		return List.of(new MeterCharge("input", 900, 150_000_000, null, new NanoUsd(135_000), null),
				new MeterCharge("cache_read", 100, 150_000_000, null, new NanoUsd(15_000), null),
				new MeterCharge("output", 500, 600_000_000, "1/1", new NanoUsd(300_000), null));
	}

}
