package dev.tallygate.pricing.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.pricing.BundledPrices;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.RatedUsage;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.Usage.Mark;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One usage object for each field known, with the cost worked out by hand at easy prices:
 * nano-USD a token, input 100, output 1000, cache read 10, writes 125 (5 min), 200 (1 h),
 * 250 (12 h), sound in 600 and out 2000, pictures out 3000, a search 10,000,000.
 */
class UsageReaderTests {

	private static final Instant AT = Instant.parse("2026-11-29T12:00:00Z");

	private static final long TOKEN = 1_000_000;

	private static final PriceRow ROW = PriceRow.of("p", "m", AT)
		.price(Meter.INPUT, 100 * TOKEN)
		.price(Meter.OUTPUT, 1000 * TOKEN)
		.price(Meter.CACHE_READ, 10 * TOKEN)
		.price(Meter.CACHE_WRITE_5M, 125 * TOKEN)
		.price(Meter.CACHE_WRITE_1H, 200 * TOKEN)
		.price(Meter.CACHE_WRITE_12H, 250 * TOKEN)
		.price(Meter.AUDIO_INPUT, 600 * TOKEN)
		.price(Meter.AUDIO_OUTPUT, 2000 * TOKEN)
		.price(Meter.AUDIO_CACHE_READ, 60 * TOKEN)
		.price(Meter.IMAGE_OUTPUT, 3000 * TOKEN)
		.price(Meter.WEB_SEARCH, 10_000_000 * TOKEN)
		.build();

	// Anthropic's messages

	@Test
	void messagesLeaveEverythingCachedOutOfTheInput() {
		// 7·100 + 20·10 + (30−10)·125 + 10·200 + 5·1000
		assertCost(UsageReader.MESSAGES, """
				{"input_tokens": 7, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 30,
				 "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 10},
				 "output_tokens": 5, "output_tokens_details": {"thinking_tokens": 2}}
				""", 700 + 200 + 2500 + 2000 + 5000);
	}

	@Test
	void aWriteThatNobodyAttributesIsTheShortest() {
		// 40 written, 10 for an hour, 30 of which nobody says: 10·200 + 30·125
		assertCost(UsageReader.MESSAGES, """
				{"input_tokens": 0, "cache_creation_input_tokens": 40,
				 "cache_creation": {"ephemeral_1h_input_tokens": 10}, "output_tokens": 0}
				""", 2000 + 3750);
	}

	@Test
	void aWriteWithoutASplitIsOfTheOneLifeThatWasAskedFor() {
		Usage usage = Objects.requireNonNull(UsageReader.MESSAGES.read(json("""
				{"input_tokens": 1, "cache_creation_input_tokens": 40, "output_tokens": 0}
				"""), UsageContext.NONE.asking(Meter.CACHE_WRITE_1H)));
		// 1·100 + 40·200
		assertThat(cost(usage)).isEqualTo(8100);
		assertThat(usage.marks()).containsExactly(Mark.ESTIMATED_SPLIT);
	}

	/**
	 * The start of a stream splits what it knows of; a search writes more, and the end
	 * tells the sum alone.
	 */
	@Test
	void whatIsWrittenLaterIsOfTheOneLifeThatWasAskedForToo() {
		MergedUsage merged = new MergedUsage();
		add(merged, """
				{"input_tokens": 1, "cache_creation_input_tokens": 10,
				 "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 10}}
				""");
		add(merged, "{\"cache_creation_input_tokens\": 40, \"output_tokens\": 0}");
		// 1·100 + 40·200
		Usage usage = Objects.requireNonNull(merged.usage(UsageContext.NONE.asking(Meter.CACHE_WRITE_1H)));
		assertThat(cost(usage)).isEqualTo(8100);
		assertThat(usage.marks()).containsExactly(Mark.ESTIMATED_SPLIT);

		// and where another life is told, nobody knows: 1·100 + 10·200 + 30·125
		assertThat(cost(Objects.requireNonNull(merged.usage(UsageContext.NONE)))).isEqualTo(5850);
	}

	@Test
	void searchesOfTheWebAreChargedByThePiece() {
		// 1·100 + 2·10,000,000; a fetch has no price here and is named
		Usage usage = read(UsageReader.MESSAGES, """
				{"input_tokens": 1, "output_tokens": 0,
				 "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 3}}
				""");
		RatedUsage rated = ROW.rate(usage, AT);
		assertThat(Objects.requireNonNull(rated.cost()).value()).isEqualTo(20_000_100);
		assertThat(rated.unpricedMeters()).containsExactly("web_fetch");
	}

	@Test
	void saysWhatServed() {
		Usage usage = read(UsageReader.MESSAGES, """
				{"input_tokens": 1, "output_tokens": 1, "service_tier": "batch", "inference_geo": "us", "speed": "fast"}
				""");
		assertThat(usage.served().batch()).isTrue();
		assertThat(usage.served().serviceTier()).isNull();
		assertThat(usage.served().region()).isEqualTo("us");
		assertThat(usage.served().speed()).isEqualTo("fast");
		assertThat(read(UsageReader.MESSAGES, """
				{"input_tokens": 1, "output_tokens": 1, "service_tier": "standard", "inference_geo": "global"}
				""").served()).isEqualTo(dev.tallygate.pricing.Served.PLAIN);
	}

	@Test
	void iterationsAreWhatIsChargedEachAtItsOwnModel() {
		PriceRow advisor = PriceRow.of("p", "advisor", 500 * TOKEN, 5000 * TOKEN, AT);
		Usage usage = read(UsageReader.MESSAGES, """
				{"input_tokens": 10, "output_tokens": 2, "iterations": [
				  {"type": "compaction", "input_tokens": 100, "output_tokens": 20},
				  {"type": "message", "input_tokens": 10, "output_tokens": 2},
				  {"type": "advisor_message", "model": "advisor", "input_tokens": 3, "output_tokens": 1}]}
				""");
		RatedUsage rated = ROW.rate(usage, AT, (model) -> "advisor".equals(model) ? advisor : null);
		// (100+10)·100 + (20+2)·1000 + 3·500 + 1·5000
		assertThat(Objects.requireNonNull(rated.cost()).value()).isEqualTo(11_000 + 22_000 + 1500 + 5000);
		assertThat(usage.inputTokens()).isEqualTo(113);
		assertThat(Objects.requireNonNull(Objects.requireNonNull(rated.basis()).iterations())).hasSize(3);
		assertThat(Objects.requireNonNull(rated.charges()).getLast().model()).isEqualTo("advisor");
	}

	@Test
	void iterationsWithoutTheMessageLeaveTheCountsAboveThemToIt() {
		Usage usage = read(UsageReader.MESSAGES, """
				{"input_tokens": 10, "output_tokens": 2, "iterations": [
				  {"type": "compaction", "input_tokens": 100, "output_tokens": 20}]}
				""");
		// (100+10)·100 + (20+2)·1000
		assertThat(cost(usage)).isEqualTo(11_000 + 22_000);
		assertThat(usage.iterations()).hasSize(2);
	}

	@Test
	void iterationsThatContradictTheCountsAboveThemAreMarked() {
		assertThat(read(UsageReader.MESSAGES, """
				{"input_tokens": 10, "output_tokens": 2, "iterations": [
				  {"type": "message", "input_tokens": 6, "output_tokens": 1},
				  {"type": "message", "input_tokens": 4, "output_tokens": 1}]}
				""").marks()).isEmpty();
		assertThat(read(UsageReader.MESSAGES, """
				{"input_tokens": 10, "output_tokens": 2, "iterations": [
				  {"type": "message", "input_tokens": 6, "output_tokens": 1},
				  {"type": "message", "input_tokens": 5, "output_tokens": 1}]}
				""").marks()).containsExactly(Mark.CONTRADICTORY);
	}

	@Test
	void aFallBackIsChargedAtItsModelAndARefusalAtNothingOut() {
		PriceRow other = PriceRow.of("p", "other", 300 * TOKEN, 3000 * TOKEN, AT);
		Usage usage = read(UsageReader.MESSAGES, """
				{"input_tokens": 10, "output_tokens": 2, "fallback_credit": "redeemed", "iterations": [
				  {"type": "message", "input_tokens": 0, "output_tokens": 0},
				  {"type": "fallback_message", "model": "other", "input_tokens": 10, "output_tokens": 2}]}
				""");
		RatedUsage rated = ROW.rate(usage, AT, (model) -> "other".equals(model) ? other : null);
		// 10·300 + 2·3000
		assertThat(Objects.requireNonNull(rated.cost()).value()).isEqualTo(9000);
	}

	@Test
	void anAttemptThatWasDeclinedAfterSomeWordsIsChargedAtItsOwnModel() {
		PriceRow rescuer = PriceRow.of("p", "rescuer", 50 * TOKEN, 500 * TOKEN, AT);
		Usage usage = read(UsageReader.MESSAGES, """
				{"input_tokens": 2, "output_tokens": 9, "iterations": [
				  {"type": "message", "input_tokens": 3, "cache_creation_input_tokens": 20, "output_tokens": 5},
				  {"type": "fallback_message", "model": "rescuer", "input_tokens": 2, "output_tokens": 9}]}
				""");
		RatedUsage rated = ROW.rate(usage, AT, (model) -> rescuer);
		assertThat(usage.marks()).as("the counts above are the last attempt's").isEmpty();
		// 3·100 + 20·125 + 5·1000, then 2·50 + 9·500
		assertThat(Objects.requireNonNull(rated.cost()).value()).isEqualTo(300 + 2500 + 5000 + 100 + 4500);
	}

	@Test
	void anAttemptThatWasDeclinedBeforeTheFirstWordIsFree() {
		PriceRow rescuer = PriceRow.of("p", "rescuer", 50 * TOKEN, 500 * TOKEN, AT);
		Usage usage = read(UsageReader.MESSAGES, """
				{"input_tokens": 2, "output_tokens": 9, "iterations": [
				  {"type": "compaction", "input_tokens": 7, "output_tokens": 1},
				  {"type": "message", "input_tokens": 400, "cache_read_input_tokens": 100, "output_tokens": 0},
				  {"type": "fallback_message", "model": "rescuer", "input_tokens": 2, "output_tokens": 9}]}
				""");
		RatedUsage rated = ROW.rate(usage, AT, (model) -> rescuer);
		// 7·100 + 1·1000 for the summary, then 2·50 + 9·500
		assertThat(Objects.requireNonNull(rated.cost()).value()).isEqualTo(700 + 1000 + 100 + 4500);
		assertThat(usage.inputTokens()).isEqualTo(9);
		assertThat(usage.marks()).isEmpty();
	}

	@Test
	void eachIterationHasCacheLivesOfItsOwn() {
		Usage usage = read(UsageReader.MESSAGES,
				"""
						{"input_tokens": 1, "output_tokens": 1, "iterations": [
						  {"type": "compaction", "input_tokens": 2, "cache_read_input_tokens": 3, "cache_creation_input_tokens": 9,
						   "cache_creation": {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 5}, "output_tokens": 6},
						  {"type": "message", "input_tokens": 1, "output_tokens": 1}]}
						""");
		// 3·100 + 3·10 + 4·125 + 5·200 + 7·1000
		assertThat(cost(usage)).isEqualTo(300 + 30 + 500 + 1000 + 7000);
		assertThat(usage.marks()).isEmpty();
	}

	@Test
	void aStreamTellsItsUsageInParts() {
		MergedUsage merged = new MergedUsage();
		add(merged, """
				{"input_tokens": 7, "cache_creation_input_tokens": 10, "cache_read_input_tokens": 3,
				 "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 10},
				 "output_tokens": 1, "service_tier": "priority", "inference_geo": "us"}
				""");
		add(merged, """
				{"input_tokens": 0, "cache_read_input_tokens": null, "output_tokens": 50,
				 "server_tool_use": {"web_search_requests": 1}}
				""");
		Usage usage = Objects.requireNonNull(merged.usage(UsageContext.NONE));
		assertThat(usage.quantities()).isEqualTo(Quantities.builder()
			.add(Meter.INPUT, 7)
			.add(Meter.CACHE_READ, 3)
			.add(Meter.CACHE_WRITE_5M, 0)
			.add(Meter.CACHE_WRITE_1H, 10)
			.add(Meter.OUTPUT, 50)
			.add(Meter.WEB_SEARCH, 1)
			.build());
		assertThat(usage.served().serviceTier()).isEqualTo("priority");
		assertThat(usage.served().region()).isEqualTo("us");
	}

	@Test
	void aStreamThatEndsEarlyHasNotToldItsOutput() {
		MergedUsage merged = new MergedUsage();
		byte[] start = "{\"input_tokens\": 7, \"output_tokens\": 1, \"output_tokens_details\": {\"thinking_tokens\": 1}}"
			.getBytes(StandardCharsets.UTF_8);
		merged.start(start, 0, start.length);
		Usage usage = Objects.requireNonNull(merged.usage(UsageContext.NONE));
		assertThat(usage.inputTokens()).isEqualTo(7);
		assertThat(usage.outputTokens()).isNull();

		add(merged, "{\"output_tokens\": 1}");
		assertThat(Objects.requireNonNull(merged.usage(UsageContext.NONE)).outputTokens()).isEqualTo(1);
	}

	@Test
	void aStreamWithoutAStartHasNotToldItsInput() {
		MergedUsage merged = new MergedUsage();
		add(merged, "{\"output_tokens\": 50}");
		Usage usage = Objects.requireNonNull(merged.usage(UsageContext.NONE));
		assertThat(usage.inputTokens()).isNull();
		assertThat(usage.outputTokens()).isEqualTo(50);
	}

	// OpenAI's wires

	@Test
	void promptTokensIncludeWhatWasCachedAndWritten() {
		// (100−20−30)·100 + 20·10 + 30·125 + 5·1000
		assertCost(UsageReader.OPENAI, """
				{"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 105,
				 "prompt_tokens_details": {"cached_tokens": 20, "cache_write_tokens": 30, "audio_tokens": 0},
				 "completion_tokens_details": {"reasoning_tokens": 3, "accepted_prediction_tokens": 1,
				   "rejected_prediction_tokens": 1, "audio_tokens": 0}}
				""", 5000 + 200 + 3750 + 5000);
	}

	@Test
	void responsesTellTheLivesOfWhatWasWritten() {
		// (100−20−30)·100 + 20·10 + 10·125 (30 min, at the 5 min price) + 20·250 + 4·1000
		assertCost(UsageReader.OPENAI, """
				{"input_tokens": 100, "output_tokens": 4, "total_tokens": 104,
				 "input_tokens_details": {"cached_tokens": 20, "cache_write_tokens": 30,
				   "cache_write_tokens_details": {"ttl_30m_tokens": 10, "ttl_12h_tokens": 20}},
				 "output_tokens_details": {"reasoning_tokens": 4}}
				""", 5000 + 200 + 1250 + 5000 + 4000);
	}

	@Test
	void soundHasPricesOfItsOwn() {
		// (50−30−8)·100 text, (30−5)·600 sound, 5·60 of it cached, 3·10 other cached;
		// 2·1000 + 9·2000
		assertCost(UsageReader.OPENAI, """
				{"prompt_tokens": 50, "completion_tokens": 11, "total_tokens": 61,
				 "prompt_tokens_details": {"audio_tokens": 30, "text_tokens": 20, "cached_tokens": 8,
				   "cached_tokens_details": {"audio_tokens": 5, "text_tokens": 3}},
				 "completion_tokens_details": {"audio_tokens": 9, "text_tokens": 2}}
				""", 1700 + 15_000 + 300 + 30 + 2000 + 18_000);
	}

	@Test
	void pictureTokensOutHaveAPriceOfTheirOwnAndInAreInput() {
		// 10·100 + 5·100; 1·1000 + 2·3000
		assertCost(UsageReader.OPENAI, """
				{"input_tokens": 15, "output_tokens": 3, "total_tokens": 18,
				 "input_tokens_details": {"image_tokens": 5, "text_tokens": 10},
				 "output_tokens_details": {"image_tokens": 2, "text_tokens": 1}}
				""", 1500 + 1000 + 6000);
	}

	@Test
	void anEmbeddingHasNoOutput() {
		Usage usage = read(UsageReader.OPENAI, """
				{"prompt_tokens": 9, "total_tokens": 9}
				""");
		assertThat(usage.outputTokens()).isNull();
		assertThat(cost(usage)).isEqualTo(900);
	}

	@Test
	void toolsOfAResponseAreCountedBesideItsTokens() {
		ResponseTools tools = new ResponseTools();
		output(tools, """
				[{"type": "web_search_call", "action": {"type": "search"}},
				 {"type": "web_search_call", "action": {"type": "open_page"}},
				 {"type": "file_search_call"}, {"type": "file_search_call"},
				 {"type": "code_interpreter_call", "container_id": "a"},
				 {"type": "code_interpreter_call", "container_id": "a"}, {"type": "message"}]
				""");
		Usage plain = Usage.of(10L, 5L);
		assertThat(tools.addTo(plain).quantities().toMap())
			.isEqualTo(Map.of("input", 10L, "output", 5L, "web_search", 1L, "file_search", 2L, "code_session", 1L));
		toolUsage(tools, """
				{"web_search": {"num_requests": 3}}
				""");
		assertThat(tools.addTo(plain).quantities().get(Meter.WEB_SEARCH)).isEqualTo(3);
	}

	@Test
	void searchesOfFilesAndSandboxesCostByThePiece() {
		ResponseTools tools = new ResponseTools();
		output(tools, """
				[{"type": "web_search_call", "action": {"type": "search"}}, {"type": "file_search_call"},
				 {"type": "file_search_call"}, {"type": "code_interpreter_call", "container_id": "a"},
				 {"type": "code_interpreter_call", "container_id": "b"}]
				""");
		PriceRow row = Objects.requireNonNull(BundledPrices.load().find("openai", "gpt-5.4", AT));
		RatedUsage rated = row.rate(tools.addTo(Usage.of(10L, 5L)), AT);
		// 10 at 2.50 and 5 at 15 dollars per million; a search 0.01, two of files 0.0025
		// each, two sandboxes 0.03 each
		assertThat(Objects.requireNonNull(rated.cost()).value())
			.isEqualTo(25_000 + 75_000 + 10_000_000 + 5_000_000 + 60_000_000);
		assertThat(rated.unpricedMeters()).isEmpty();
	}

	@Test
	void picturesThatAToolMadeAreChargedAtTheModelThatMadeThem() {
		ResponseTools tools = new ResponseTools();
		byte[] asked = "[{\"type\": \"web_search\"}, {\"type\": \"image_generation\", \"model\": \"painter\"}]"
			.getBytes(StandardCharsets.UTF_8);
		tools.tools(asked, 0, asked.length);
		toolUsage(tools, """
				{"image_gen": {"input_tokens": 50, "output_tokens": 7, "total_tokens": 57,
				  "input_tokens_details": {"text_tokens": 20, "image_tokens": 30, "cached_tokens": 10,
				    "cached_tokens_details": {"text_tokens": 4, "image_tokens": 6}},
				  "output_tokens_details": {"image_tokens": 5, "text_tokens": 2}}}
				""");
		Usage usage = tools.addTo(Usage.of(10L, 5L));
		PriceRow painter = PriceRow.of("p", "painter", AT)
			.price(Meter.INPUT, 5 * TOKEN)
			.price(Meter.OUTPUT, 30 * TOKEN)
			.price(Meter.CACHE_READ, TOKEN)
			.price(Meter.IMAGE_INPUT, 8 * TOKEN)
			.price(Meter.IMAGE_CACHE_READ, 2 * TOKEN)
			.price(Meter.IMAGE_OUTPUT, 40 * TOKEN)
			.build();
		RatedUsage rated = ROW.rate(usage, AT, (model) -> "painter".equals(model) ? painter : null);
		// 10·100 + 5·1000 of the call's own; text 16·5, cached 4·1, pictures 24·8, cached
		// 6·2; out 5·40 + 2·30
		assertThat(Objects.requireNonNull(rated.cost()).value()).isEqualTo(6000 + 80 + 4 + 192 + 12 + 200 + 60);
		assertThat(rated.unpricedMeters()).isEmpty();
		assertThat(ROW.rate(usage, AT).unpricedMeters()).contains("image_output@painter");
	}

	@Test
	void searchesMayBeToldWithinTheUsage() {
		// 1·100 + 1·1000 + 2·10,000,000, once, though the items tell them again
		Usage usage = read(UsageReader.OPENAI,
				"""
						{"input_tokens": 1, "output_tokens": 1, "total_tokens": 2, "tool_usage": {"web_search": {"num_requests": 2}}}
						""");
		assertThat(usage.unknown()).isEmpty();
		assertThat(cost(usage)).isEqualTo(20_001_100);
		ResponseTools tools = new ResponseTools();
		output(tools, "[{\"type\": \"web_search_call\"}, {\"type\": \"web_search_call\"}]");
		assertThat(cost(tools.addTo(usage))).isEqualTo(20_001_100);
	}

	@Test
	void searchesGoByManyNames() {
		Usage perplexity = read(UsageReader.OPENAI, """
				{"prompt_tokens": 10, "completion_tokens": 5, "tool_calls_details": {"search_web": {"invocation": 2}}}
				""");
		assertThat(perplexity.quantities().get(Meter.WEB_SEARCH)).isEqualTo(2);
		assertThat(perplexity.unknown()).isEmpty();
		Usage xai = read(UsageReader.OPENAI,
				"""
						{"input_tokens": 10, "output_tokens": 5, "num_sources_used": 9, "num_server_side_tools_used": 8,
						 "server_side_tool_usage_details": {"web_search_calls": 2, "x_search_calls": 1, "code_interpreter_calls": 1,
						  "file_search_calls": 1, "mcp_calls": 3, "image_view_calls": 0}}
						""");
		assertThat(xai.quantities().get(Meter.WEB_SEARCH)).isEqualTo(3);
		assertThat(xai.quantities().get(Meter.CODE_SESSION)).isEqualTo(1);
		assertThat(xai.quantities().get(Meter.FILE_SEARCH)).isEqualTo(1);
		assertThat(xai.unknown()).isEmpty();
	}

	/** A proxy puts the names of several providers into one object. */
	@Test
	void aProxyTellsLivesAndMapsAmongTheInput() {
		Usage usage = read(UsageReader.OPENAI,
				"""
						{"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 105, "prompt_tokens_details": {
						  "cached_tokens": 10, "cache_creation_tokens": 50, "text_tokens": 40, "tool_use_tokens": 3, "initial_prompt_tokens": 90,
						  "google_maps_grounding_requests": 1, "cache_creation_token_details":
						    {"ephemeral_5m_input_tokens": 0, "ephemeral_30m_input_tokens": 20, "ephemeral_12h_input_tokens": 30}}}
						""");
		assertThat(usage.quantities().toMap()).isEqualTo(Map.of("input", 40L, "cache_read", 10L, "cache_write_30m", 20L,
				"cache_write_12h", 30L, "output", 5L, "maps", 1L));
		assertThat(usage.unknown()).isEmpty();
		assertThat(usage.corrected()).isFalse();
	}

	@Test
	void aTranscriptionMayBeTimed() {
		Usage usage = read(UsageReader.OPENAI, """
				{"type": "duration", "seconds": 12.2}
				""");
		// a begun second counts
		assertThat(usage.quantities().toMap()).isEqualTo(Map.of("second_input", 13L));
		// 14·600 + 31·1000
		assertCost(UsageReader.OPENAI, """
				{"type": "tokens", "input_tokens": 14, "output_tokens": 31, "total_tokens": 45,
				 "input_token_details": {"text_tokens": 0, "audio_tokens": 14}}
				""", 8400 + 31_000);
	}

	@Test
	void aLiveSessionTellsWhatWasCachedOfEachKind() {
		// in: text (20−2)·100, sound (30−5)·600, pictures (40−8)·100; cached 2·10 + 5·60
		// +
		// 8·10; out: text 3·1000, sound 9·2000
		assertCost(UsageReader.OPENAI, """
				{"total_tokens": 102, "input_tokens": 90, "output_tokens": 12,
				 "input_token_details": {"text_tokens": 20, "audio_tokens": 30, "image_tokens": 40, "cached_tokens": 15,
				   "cached_tokens_details": {"text_tokens": 2, "audio_tokens": 5, "image_tokens": 8}},
				 "output_token_details": {"text_tokens": 3, "audio_tokens": 9}}
				""", 1800 + 15_000 + 3200 + 20 + 300 + 80 + 3000 + 18_000);
	}

	@Test
	void predictionsThatWereRejectedAreInTheCompletion() {
		// 1·100 + 100·1000: 60 of the 100 were thrown away and are billed
		assertCost(UsageReader.OPENAI, """
				{"prompt_tokens": 1, "completion_tokens": 100, "total_tokens": 101,
				 "completion_tokens_details": {"accepted_prediction_tokens": 30, "rejected_prediction_tokens": 60}}
				""", 100 + 100_000);
	}

	@Test
	void saysWhichTierServedHoweverItIsCalled() {
		for (String told : new String[] { "default", "auto", "scale", "standard" }) {
			assertThat(tier(told)).as(told).isNull();
		}
		assertThat(tier("fast")).isEqualTo("priority");
		assertThat(tier("flex")).isEqualTo("flex");
		assertThat(tier("ultrafast")).isEqualTo("ultrafast");
	}

	private static @Nullable String tier(String told) {
		return read(UsageReader.OPENAI,
				"{\"prompt_tokens\": 1, \"completion_tokens\": 1, \"service_tier\": \"" + told + "\"}")
			.served()
			.serviceTier();
	}

	@Test
	void aHostMaySayWhereItServes() {
		UsageContext us = new UsageContext(false, false, null, "us");
		Usage usage = Objects
			.requireNonNull(UsageReader.OPENAI.read(json("{\"prompt_tokens\": 1, \"completion_tokens\": 1}"), us));
		assertThat(usage.served().region()).isEqualTo("us");
	}

	// What other providers make of OpenAI's wire

	@Test
	void reasoningThatIsBesideTheCompletionIsAddedToIt() {
		Usage usage = read(UsageReader.OPENAI, """
				{"prompt_tokens": 10120, "completion_tokens": 1499, "total_tokens": 14428, "reasoning_tokens": 2809}
				""");
		assertThat(usage.outputTokens()).isEqualTo(4308);
		assertThat(usage.reasoningTokens()).isEqualTo(2809);
		assertThat(usage.corrected()).isFalse();
		assertThat(read(UsageReader.OPENAI, """
				{"prompt_tokens": 1, "completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 8}}
				""").outputTokens()).isEqualTo(13);
	}

	@Test
	void cacheReadsGoByManyNames() {
		for (String told : new String[] { "\"prompt_cache_hit_tokens\": 90, \"prompt_cache_miss_tokens\": 10",
				"\"cached_tokens\": 90", "\"prompt_tokens_details\": {\"cached_tokens\": 90}, \"cached_tokens\": 90",
				"\"cache_read_input_tokens\": 90" }) {
			Usage usage = read(UsageReader.OPENAI,
					"{\"prompt_tokens\": 100, \"completion_tokens\": 1, \"total_tokens\": 101, " + told + "}");
			assertThat(usage.cacheReadTokens()).as(told).isEqualTo(90);
			assertThat(usage.unknown()).as(told).isEmpty();
			// 10·100 + 90·10 + 1·1000
			assertThat(cost(usage)).as(told).isEqualTo(2900);
		}
	}

	@Test
	void aGeminiRouteMayLeaveThoughtsOutOfTheCompletion() {
		String told = """
				{"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 75}
				""";
		assertThat(
				Objects.requireNonNull(UsageReader.OPENAI.read(json(told), UsageContext.GEMINI_ROUTE)).outputTokens())
			.isEqualTo(65);
		Usage elsewhere = read(UsageReader.OPENAI, told);
		assertThat(elsewhere.outputTokens()).isEqualTo(5);
		assertThat(elsewhere.marks()).containsExactly(Mark.CONTRADICTORY);
	}

	@Test
	void aRouteWithThoughtsOutsideAddsThemWithoutATotalToo() {
		Usage usage = Objects.requireNonNull(UsageReader.OPENAI.read(json("""
				{"prompt_tokens": 10, "completion_tokens": 50, "completion_tokens_details": {"reasoning_tokens": 20}}
				"""), UsageContext.GEMINI_ROUTE));
		assertThat(usage.outputTokens()).isEqualTo(70);
		assertThat(usage.reasoningTokens()).isEqualTo(20);
		// in a total that holds them the thoughts are inside this time
		assertThat(Objects.requireNonNull(UsageReader.OPENAI.read(json("""
				{"prompt_tokens": 10, "completion_tokens": 50, "total_tokens": 60,
				 "completion_tokens_details": {"reasoning_tokens": 20}}
				"""), UsageContext.GEMINI_ROUTE)).outputTokens()).isEqualTo(50);
	}

	@Test
	void aRouteWithTheCacheOutsideAddsItToThePrompt() {
		Usage usage = Objects.requireNonNull(UsageReader.OPENAI.read(json("""
				{"prompt_tokens": 100, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 20}}
				"""), new UsageContext(false, true, null, null)));
		assertThat(usage.inputTokens()).isEqualTo(120);
		// 100·100 + 20·10 + 5·1000
		assertThat(cost(usage)).isEqualTo(15_200);
		assertThat(usage.marks()).isEmpty();
	}

	@Test
	void cachedTokensBesideThePromptAreAddedToItIfTheTotalSaysSo() {
		Usage beside = read(UsageReader.OPENAI, """
				{"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 115,
				 "prompt_tokens_details": {"cached_tokens": 100}}
				""");
		assertThat(beside.inputTokens()).isEqualTo(110);
		assertThat(beside.marks()).containsExactly(Mark.CONTRADICTORY);
		Usage cut = read(UsageReader.OPENAI, """
				{"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15,
				 "prompt_tokens_details": {"cached_tokens": 100}}
				""");
		assertThat(cut.inputTokens()).isEqualTo(10);
		assertThat(cut.cacheReadTokens()).isEqualTo(10);
		assertThat(cut.marks()).contains(Mark.CORRECTED);
	}

	@Test
	void whatIsNotKnownAndNotZeroIsNamed() {
		Usage usage = read(UsageReader.OPENAI, """
				{"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2, "hologram_tokens": 5, "smell_tokens": 0,
				 "prompt_tokens_details": {"telepathy_tokens": 3}, "queue_time": 0.25, "cost": 0.1}
				""");
		assertThat(usage.unknown()).containsExactly("hologram_tokens", "prompt_tokens_details.telepathy_tokens");
		assertThat(ROW.rate(usage, AT).unpricedMeters()).containsExactly("hologram_tokens",
				"prompt_tokens_details.telepathy_tokens");
	}

	@Test
	void countsThatCannotBeTrueAreCutAndMarked() {
		Usage absurd = read(UsageReader.OPENAI, """
				{"prompt_tokens": 1000000000000000000, "completion_tokens": 123456789012345678901234567890}
				""");
		assertThat(absurd.inputTokens()).isEqualTo(Quantities.LIMIT);
		assertThat(absurd.outputTokens()).isEqualTo(Quantities.LIMIT);
		assertThat(absurd.saturated()).isTrue();
		Usage negative = read(UsageReader.OPENAI, """
				{"prompt_tokens": 5, "completion_tokens": -3}
				""");
		assertThat(negative.outputTokens()).isNull();
		assertThat(negative.corrected()).isTrue();
	}

	/** No double holds such a number, and no long. */
	@ParameterizedTest
	@ValueSource(strings = { "1e999", "1e99999", "1%s", "1%s.5" })
	void aNumberBeyondAllMeasureIsTheMostThatIsBelieved(String number) {
		String huge = number.formatted("0".repeat(400));
		Usage usage = read(UsageReader.OPENAI, """
				{"prompt_tokens": %1$s, "completion_tokens": 2, "total_tokens": %1$s, "unheard_of": %1$s}
				""".formatted(huge));
		assertThat(usage.inputTokens()).isEqualTo(Quantities.LIMIT);
		assertThat(usage.saturated()).isTrue();
		assertThat(usage.unknown()).containsExactly("unheard_of");
		MergedUsage merged = new MergedUsage();
		add(merged, "{\"input_tokens\": 1}");
		add(merged, "{\"input_tokens\": %1$s, \"output_tokens\": 2}".formatted(huge));
		assertThat(Objects.requireNonNull(merged.usage(UsageContext.NONE)).inputTokens()).isEqualTo(Quantities.LIMIT);
		JsonNode exact = JsonMapper.builder()
			.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
			.build()
			.readTree("{\"prompt_tokens\": %s, \"completion_tokens\": 2}".formatted(huge));
		assertThat(Objects.requireNonNull(UsageReader.OPENAI.read(exact, UsageContext.NONE)).inputTokens())
			.isEqualTo(Quantities.LIMIT);
	}

	@Test
	void whatIsNoUsageReportsNothing() {
		for (String nothing : new String[] { "{}", "null", "[]", "7", "{\"prompt_tokens\": \"7\"}",
				"{\"a\": {\"b\": []}}" }) {
			assertThat(UsageReader.OPENAI.read(json(nothing), UsageContext.NONE)).as(nothing).isNull();
			assertThat(UsageReader.MESSAGES.read(json(nothing), UsageContext.NONE)).as(nothing).isNull();
		}
	}

	@Test
	void zerosBesideTextAreNotReported() {
		Usage zeros = read(UsageReader.OPENAI, """
				{"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
				""");
		assertThat(zeros.besideText().isEmpty()).isTrue();
		Usage noOutput = read(UsageReader.OPENAI, """
				{"prompt_tokens": 9, "completion_tokens": 0, "total_tokens": 9}
				""");
		assertThat(noOutput.besideText().inputTokens()).isEqualTo(9);
		assertThat(noOutput.besideText().outputTokens()).isNull();
	}

	// Google's own

	@Test
	void searchesBesideTokensThatAreNotReportedAreChargedAllTheSame() {
		Usage usage = read(UsageReader.OPENAI, """
				{"prompt_tokens": 0, "completion_tokens": 0, "num_search_queries": 2}
				""").besideText();
		assertThat(usage.quantities()).isEqualTo(Quantities.builder().add(Meter.WEB_SEARCH, 2).build());
	}

	@Test
	void geminiTellsThoughtsToolsAndModalitiesApart() {
		// text 100−10−35−5 + 6 of tools = 56·100; sound 35·600, 5·60 cached; 5·10
		// cached; pictures 5·100; out (3+4)·1000
		assertCost(UsageReader.GEMINI,
				"""
						{"promptTokenCount": 100, "cachedContentTokenCount": 10, "toolUsePromptTokenCount": 6,
						 "candidatesTokenCount": 3, "thoughtsTokenCount": 4, "totalTokenCount": 113,
						 "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 55}, {"modality": "AUDIO", "tokenCount": 40},
						   {"modality": "IMAGE", "tokenCount": 5}],
						 "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 5}, {"modality": "AUDIO", "tokenCount": 5}],
						 "trafficType": "ON_DEMAND"}
						""",
				5600 + 21_000 + 300 + 50 + 500 + 7000);
	}

	@Test
	void googlesNamesAreReadOnAnyRoute() {
		// 90·100 + 10·10; (3+4)·1000
		assertCost(UsageReader.OPENAI,
				"""
						{"promptTokenCount": 100, "cachedContentTokenCount": 10, "candidatesTokenCount": 3, "thoughtsTokenCount": 4,
						 "totalTokenCount": 107, "trafficType": "ON_DEMAND"}
						""",
				9000 + 100 + 7000);
	}

	@Test
	void googlesTrafficSaysTheTier() {
		for (String[] each : new String[][] { { "ON_DEMAND", null }, { "ON_DEMAND_FLEX", "flex" },
				{ "ON_DEMAND_PRIORITY", "priority" }, { "ON_DEMAND_OFFPEAK", "offpeak" },
				{ "PROVISIONED_THROUGHPUT", "provisioned_throughput" } }) {
			assertThat(read(UsageReader.GEMINI,
					"{\"promptTokenCount\": 1, \"candidatesTokenCount\": 1, \"trafficType\": \"" + each[0] + "\"}")
				.served()
				.serviceTier()).as(each[0]).isEqualTo(each[1]);
		}
		assertThat(read(UsageReader.GEMINI, """
				{"promptTokenCount": 1, "candidatesTokenCount": 1, "trafficType": "ON_DEMAND_BATCH"}
				""").served().batch()).isTrue();
	}

	@Test
	void googlesThoughtsAloneAreOutput() {
		// 5·100 + 9·1000
		assertCost(UsageReader.GEMINI, """
				{"promptTokenCount": 5, "thoughtsTokenCount": 9, "totalTokenCount": 14}
				""", 500 + 9000);
	}

	@Test
	void googlesPicturesAndFilmInAndOut() {
		// text 10 + film 20 + pictures 30 (no price of their own: input) = 60·100; cached
		// film and pictures 5·10 as cached; out 4·1000 + 6·3000
		assertCost(UsageReader.GEMINI,
				"""
						{"promptTokenCount": 65, "cachedContentTokenCount": 5, "candidatesTokenCount": 10, "totalTokenCount": 75,
						 "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 10}, {"modality": "VIDEO", "tokenCount": 22},
						   {"modality": "IMAGE", "tokenCount": 33}],
						 "cacheTokensDetails": [{"modality": "VIDEO", "tokenCount": 2}, {"modality": "IMAGE", "tokenCount": 3}],
						 "candidatesTokensDetails": [{"modality": "TEXT", "tokenCount": 4}, {"modality": "IMAGE", "tokenCount": 6}]}
						""",
				6000 + 50 + 4000 + 18_000);
	}

	private static void assertCost(UsageReader reader, String json, long cost) {
		Usage usage = read(reader, json);
		assertThat(usage.marks()).isEmpty();
		assertThat(usage.unknown()).isEmpty();
		RatedUsage rated = ROW.rate(usage, AT);
		assertThat(Objects.requireNonNull(rated.cost()).value()).as("%s", rated).isEqualTo(cost);
		assertThat(rated.unpricedMeters()).isEmpty();
	}

	private static long cost(Usage usage) {
		return Objects.requireNonNull(ROW.rate(usage, AT).cost()).value();
	}

	private static Usage read(UsageReader reader, String json) {
		@Nullable Usage usage = reader.read(json(json), UsageContext.NONE);
		return Objects.requireNonNull(usage);
	}

	private static JsonNode json(String json) {
		return JsonMapper.shared().readTree(json);
	}

	private static void add(MergedUsage merged, String json) {
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		merged.add(bytes, 0, bytes.length);
	}

	private static void toolUsage(ResponseTools tools, String json) {
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		tools.toolUsage(bytes, 0, bytes.length);
	}

	private static void output(ResponseTools tools, String json) {
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		tools.output(bytes, 0, bytes.length);
	}

}
