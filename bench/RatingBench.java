package dev.tallygate.bench;

import dev.tallygate.pricing.BundledPrices;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.pricing.RatedUsage;
import dev.tallygate.pricing.Reach;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.wire.UsageContext;
import dev.tallygate.pricing.wire.UsageReader;
import dev.tallygate.events.NanoUsd;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What rating a call costs, and reading its usage. Run by rating.sh.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RatingBench {

	private static final Instant AT = Instant.parse("2026-11-29T12:30:00Z");

	private final PriceTable table = BundledPrices.load();

	private final PriceRow text = Objects.requireNonNull(this.table.find("openai", "gpt-4o-mini", AT));

	private final PriceRow many = Objects.requireNonNull(this.table.find("anthropic", "claude-opus-5-5", AT));

	private final PriceRow longest = Objects.requireNonNull(this.table.find("openai", "gpt-6.1-sol", AT));

	private final Usage twoMeters = Usage.of(1000L, 500L);

	private final byte[] messages = """
			{"input_tokens": 1000, "cache_creation_input_tokens": 500, "cache_read_input_tokens": 2000, "output_tokens": 500,
			 "cache_creation": {"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 200},
			 "server_tool_use": {"web_search_requests": 2}, "service_tier": "standard", "inference_geo": "us", "speed": "fast"}
			""".getBytes(StandardCharsets.UTF_8);

	private final byte[] chat = """
			{"prompt_tokens": 300000, "completion_tokens": 1000, "total_tokens": 301000, "service_tier": "priority",
			 "prompt_tokens_details": {"cached_tokens": 200000}, "completion_tokens_details": {"reasoning_tokens": 700}}
			""".getBytes(StandardCharsets.UTF_8);

	private final Usage sixMeters = read(UsageReader.MESSAGES, this.messages);

	private final Usage longPriority = read(UsageReader.OPENAI, this.chat);

	private static Usage read(UsageReader reader, byte[] json) {
		return Objects.requireNonNull(reader.read(json, 0, json.length, UsageContext.NONE));
	}

	/** Text in and out, one tier. */
	@Benchmark
	public RatedUsage textInAndOut() {
		return this.text.rate(this.twoMeters, AT);
	}

	/** Six meters, a region and a speed. */
	@Benchmark
	public RatedUsage sixMetersInARegion() {
		return this.many.rate(this.sixMeters, AT);
	}

	/** A prompt past its threshold in a tier of its own. */
	@Benchmark
	public RatedUsage longPromptInATier() {
		return this.longest.rate(this.longPriority, AT);
	}

	/** The usage object of a chat completion. */
	@Benchmark
	public Usage readChat() {
		return read(UsageReader.OPENAI, this.chat);
	}

	/** The usage object of a message. */
	@Benchmark
	public Usage readMessages() {
		return read(UsageReader.MESSAGES, this.messages);
	}

	/** What admission holds. */
	@Benchmark
	public NanoUsd worstCase() {
		return this.longest.worstCase(Reach.PLAIN, 1000, 500);
	}

}
