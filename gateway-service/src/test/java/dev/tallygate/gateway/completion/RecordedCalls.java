package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.CallId;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.Refusal;
import dev.tallygate.gateway.pricing.EstimateProperties;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.gateway.usage.CallOpened;
import dev.tallygate.gateway.usage.CallRequest;
import dev.tallygate.gateway.usage.Calls;
import dev.tallygate.gateway.usage.OpenCall;
import dev.tallygate.gateway.usage.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Books that keep everything in memory and admit everyone, unless told not to.
 */
public final class RecordedCalls implements Calls {

	private static final Refusal REACHED = new Refusal.Reached(Limit.BUDGET, NanoUsd.ofCents(150),
			Instant.parse("2026-12-01T00:00:00Z"));

	private final PriceTable prices;

	private final List<UsageSettled> settled = new CopyOnWriteArrayList<>();

	private final List<CallRequest> requests = new CopyOnWriteArrayList<>();

	private final List<Integer> repeats = new CopyOnWriteArrayList<>();

	private final List<String> refusedKeys = new CopyOnWriteArrayList<>();

	private final AtomicInteger open = new AtomicInteger();

	private final AtomicInteger voided = new AtomicInteger();

	private volatile @Nullable Refusal refusal;

	private volatile long most = Long.MAX_VALUE;

	private volatile long mostInput = Long.MAX_VALUE;

	private volatile long sound = Long.MAX_VALUE;

	public RecordedCalls(PriceTable prices) {
		this.prices = prices;
	}

	/** What was settled, in order. */
	public List<UsageSettled> settled() {
		return this.settled;
	}

	/** The only call that was settled, waited for because answers come first. */
	public UsageSettled theOne() {
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(this.settled).hasSize(1));
		return this.settled.getFirst();
	}

	/** What was asked for, in order. */
	public List<CallRequest> requests() {
		return this.requests;
	}

	/** How many calls are open. */
	public int open() {
		return this.open.get();
	}

	/** How many were voided. */
	public int voided() {
		return this.voided.get();
	}

	/** As if nothing had happened yet; everyone is admitted. */
	public void clear() {
		this.settled.clear();
		this.requests.clear();
		this.voided.set(0);
		this.refusedKeys.clear();
		this.refusal = null;
		this.most = Long.MAX_VALUE;
		this.mostInput = Long.MAX_VALUE;
		this.sound = Long.MAX_VALUE;
	}

	/** From now on calls are cut when so many tokens are delivered. */
	public void cutAt(long tokens) {
		this.most = tokens;
	}

	/** From now on the books fail when so many tokens are delivered. */
	void failAt(long tokens) {
		this.sound = tokens;
	}

	/** From now on there is money for so many tokens of input in one call. */
	void admitUpTo(long inputTokens) {
		this.mostInput = inputTokens;
	}

	/** From now on calls are refused, or with null admitted. */
	public void refuse(@Nullable Refusal with) {
		this.refusal = with;
	}

	@Override
	public Begin begin(CallRequest request) {
		this.requests.add(request);
		Refusal refused = (input(request) > this.mostInput) ? REACHED : this.refusal;
		if (refused != null) {
			return new Refused(refused);
		}
		this.open.incrementAndGet();
		return new Begun(new Call(request));
	}

	private long input(CallRequest request) {
		return EstimateProperties.DEFAULT
			.whole(request.demand(), request.provider(), request.model(),
					CallPrice.find(this.prices, request.provider(), request.model(), Instant.now()))
			.inputTokens();
	}

	@Override
	public void repeating(UserId user, @Nullable ApiKeyId key, int count) {
		this.repeats.add(count);
	}

	@Override
	public void systemKeyRefused(String provider) {
		this.refusedKeys.add(provider);
	}

	/** Which providers did not take the operator's key, in order. */
	public List<String> refusedKeys() {
		return this.refusedKeys;
	}

	/** How often each prompt had come that was stopped, in order. */
	public List<Integer> repeats() {
		return this.repeats;
	}

	private final class Call implements OpenCall {

		private final CallOpened opened;

		private final AtomicBoolean ended = new AtomicBoolean();

		Call(CallRequest request) {
			Instant now = Instant.now();
			LocalDate day = LocalDate.ofInstant(now, ZoneOffset.UTC);
			var price = CallPrice.find(RecordedCalls.this.prices, request.provider(), request.model(), now);
			this.opened = new CallOpened(CallId.next(), request, price,
					(price != null) ? RecordedCalls.this.prices.version() : null, now, day);
		}

		@Override
		public CallId id() {
			return this.opened.callId();
		}

		@Override
		public CallOpened opened() {
			return this.opened;
		}

		@Override
		public Progress delivered(long outputTokens) {
			if (outputTokens >= RecordedCalls.this.sound) {
				throw new StackOverflowError("as if");
			}
			return (outputTokens < RecordedCalls.this.most) ? Progress.GOES_ON : new Progress.Reached(REACHED);
		}

		@Override
		public boolean settle(Settlement settlement) {
			if (!this.ended.compareAndSet(false, true)) {
				return false;
			}
			RecordedCalls.this.settled.add(this.opened.settled(settlement));
			RecordedCalls.this.open.decrementAndGet();
			return true;
		}

		@Override
		public boolean voided() {
			if (!this.ended.compareAndSet(false, true)) {
				return false;
			}
			RecordedCalls.this.voided.incrementAndGet();
			RecordedCalls.this.open.decrementAndGet();
			return true;
		}

		@Override
		public void close() {
			if (!this.ended.get()) {
				throw new AssertionError("a call left open");
			}
		}

	}

}
