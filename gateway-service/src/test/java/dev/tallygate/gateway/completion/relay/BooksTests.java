package dev.tallygate.gateway.completion.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.completion.RecordedCalls;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.Tokenizer;
import dev.tallygate.gateway.dialect.WireRequest;
import dev.tallygate.gateway.pricing.Demand;
import dev.tallygate.gateway.usage.CallRequest;
import dev.tallygate.gateway.usage.Calls.Begun;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Served;
import dev.tallygate.pricing.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a call is charged when it ends: what the provider reported, and an estimate of
 * what it did not.
 */
class BooksTests {

	private static final Tokenizer TOKENIZER = new Tokenizer();

	/** A nano-USD a token in, two a token out, ten one of a picture. */
	private static final PriceTable PRICES = new PriceTable("v1", List.of(row("m").build(),
			PriceRow.of("openai", "m-2026", Instant.EPOCH)
				.price(Meter.INPUT, 10_000_000)
				.price(Meter.OUTPUT, 20_000_000)
				.price(Meter.INPUT, "priority", 0, 20_000_000)
				.price(Meter.OUTPUT, "priority", 0, 40_000_000)
				.build(),
			row("painter").mode("image_generation").price(Meter.IMAGE_OUTPUT, 10_000_000).build()));

	private static final String ASKED = "Tell me how the weather will be tomorrow.";

	private static final String TOLD = "It will rain all day.";

	private static final long HELD_INPUT = 900;

	private final RecordedCalls calls = new RecordedCalls(PRICES);

	@Test
	void aWholeReportIsChargedAsReported() {
		Books books = books(ASKED.length());
		books.ended(Status.COMPLETED, Usage.of(10L, 7L), told());
		assertCharged(Status.COMPLETED, UsageSource.PROVIDER, 10, 7);
		assertThat(books.cost()).isEqualTo(new NanoUsd(24));
		assertThat(books.tokens()).isEqualTo(17);
	}

	@Test
	void theSideThatWasNotReportedIsEstimatedAndNotFree() {
		books(ASKED.length()).ended(Status.COMPLETED, only(Meter.INPUT, 10), told());
		assertCharged(Status.COMPLETED, UsageSource.ESTIMATED, 10, TOKENIZER.applyAsLong(TOLD));
		this.calls.clear();
		books(ASKED.length()).ended(Status.COMPLETED, only(Meter.OUTPUT, 7), told());
		assertCharged(Status.COMPLETED, UsageSource.ESTIMATED, TOKENIZER.applyAsLong(ASKED), 7);
	}

	@ParameterizedTest
	@EnumSource(names = { "CLIENT_DISCONNECTED", "INTERRUPTED", "COMPLETED" })
	void withoutAReportWhatWasAskedAndDeliveredIsCharged(Status how) {
		books(ASKED.length()).ended(how, null, told());
		assertCharged(how, UsageSource.ESTIMATED, TOKENIZER.applyAsLong(ASKED), TOKENIZER.applyAsLong(TOLD));
	}

	@Test
	void aCutAnswerOfWhichNothingCameIsChargedItsInput() {
		books(ASKED.length()).ended(Status.INTERRUPTED, null, new DeliveredText());
		assertCharged(Status.INTERRUPTED, UsageSource.ESTIMATED, TOKENIZER.applyAsLong(ASKED), 0);
	}

	@Test
	void whatIsEstimatedCostsWhatItWasServedAt() {
		Served served = Served.tier("priority").by("m-2026");
		books(ASKED.length()).ended(Status.CLIENT_DISCONNECTED, Usage.NONE.servedAs(served), told());
		UsageSettled settled = this.calls.theOne();
		assertThat(settled.usageSource()).isEqualTo(UsageSource.ESTIMATED);
		assertThat(Objects.requireNonNull(settled.basis()).serviceTier()).isEqualTo("priority");
		assertThat(settled.basis().marks()).isNull();
		// the version is ten times as dear, and at this tier twice as much again
		assertThat(settled.costNanos())
			.isEqualTo(new NanoUsd(20 * (TOKENIZER.applyAsLong(ASKED) + 2 * TOKENIZER.applyAsLong(TOLD))));
	}

	@Test
	void zerosBesideTextAreNotReported() {
		books(ASKED.length()).ended(Status.COMPLETED, Usage.of(0L, 0L), told());
		assertCharged(Status.COMPLETED, UsageSource.ESTIMATED, TOKENIZER.applyAsLong(ASKED),
				TOKENIZER.applyAsLong(TOLD));
	}

	@Test
	void aZeroWithoutTextIsAReport() {
		books(ASKED.length()).ended(Status.COMPLETED, Usage.of(10L, 0L), new DeliveredText());
		assertCharged(Status.COMPLETED, UsageSource.PROVIDER, 10, 0);
	}

	/** As on Google's chat route, whose report has no parts. */
	@Test
	void picturesThatNobodyTellsFromTextAreChargedAsPictures() {
		long text = TOKENIZER.applyAsLong(TOLD);
		Books books = books("painter", ASKED.length());
		books.ended(Status.COMPLETED, Usage.of(10L, 1290 + text), told());
		UsageSettled settled = this.calls.theOne();
		assertThat(settled.outputTokens()).isEqualTo(1290 + text);
		assertThat(settled.costNanos()).isEqualTo(new NanoUsd(10 + 2 * text + 10 * 1290));
		assertThat(Objects.requireNonNull(settled.basis()).marks()).containsExactly("estimated_split");
		this.calls.clear();

		// A few tokens more than our tokenizer counts are no picture.
		books("painter", ASKED.length()).ended(Status.COMPLETED, Usage.of(10L, text + 4), told());
		assertCharged(Status.COMPLETED, UsageSource.PROVIDER, 10, text + 4);
		this.calls.clear();
		books(ASKED.length()).ended(Status.COMPLETED, Usage.of(10L, 1290 + text), told());
		assertCharged(Status.COMPLETED, UsageSource.PROVIDER, 10, 1290 + text);
	}

	@Test
	void aRequestTooLargeToCountIsChargedWhatWasHeldForIt() {
		books(1_000_000).ended(Status.INTERRUPTED, null, new DeliveredText());
		assertCharged(Status.INTERRUPTED, UsageSource.ESTIMATED, HELD_INPUT, 0);
	}

	@Test
	void nothingIsChargedWhereNobodyAnswered() {
		Books books = books(ASKED.length());
		books.attempted();
		books.answered(503);
		books.failed();
		UsageSettled settled = this.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.FAILED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.NONE);
		assertThat(settled.costNanos()).isEqualTo(NanoUsd.ZERO);
		assertThat(settled.attempts()).isEqualTo(1);
		assertThat(settled.httpStatus()).isEqualTo(503);
	}

	@Test
	void whatComesAfterTheFirstEndChangesNothing() {
		Books books = books(ASKED.length());
		books.ended(Status.COMPLETED, Usage.of(10L, 7L), told());
		books.ended(Status.INTERRUPTED, Usage.of(1000L, 1000L), told());
		books.failed();
		books.voided();
		assertThat(this.calls.settled()).hasSize(1);
		assertThat(this.calls.voided()).isZero();
		assertThat(books.cost()).isEqualTo(new NanoUsd(24));
	}

	@Test
	void aCallThatNobodyWasAskedForLeavesNoTrace() {
		Books books = books(ASKED.length());
		books.voided();
		books.failed();
		assertThat(this.calls.settled()).isEmpty();
		assertThat(this.calls.voided()).isOne();
	}

	private void assertCharged(Status status, UsageSource source, long input, long output) {
		UsageSettled settled = this.calls.theOne();
		assertThat(settled.status()).isEqualTo(status);
		assertThat(settled.usageSource()).isEqualTo(source);
		assertThat(settled.inputTokens()).isEqualTo(input);
		assertThat(settled.outputTokens()).isEqualTo(output);
		assertThat(settled.costNanos()).isEqualTo(new NanoUsd(input + 2 * output));
	}

	private static DeliveredText told() {
		DeliveredText delivered = new DeliveredText();
		byte[] text = TOLD.getBytes(StandardCharsets.UTF_8);
		delivered.add(text, 0, text.length);
		return delivered;
	}

	private static Usage only(Meter meter, long count) {
		return Usage.of(Quantities.builder().add(meter, count).build());
	}

	private static PriceRow.Builder row(String model) {
		return PriceRow.of("openai", model, Instant.EPOCH).price(Meter.INPUT, 1_000_000).price(Meter.OUTPUT, 2_000_000);
	}

	private Books books(int length) {
		return books("m", length);
	}

	private Books books(String model, int length) {
		CallRequest request = new CallRequest(new UserId(UuidV7.next()), null, KeyType.DEV, null, null, "openai", model,
				model, Operation.CHAT, true, Credential.SYSTEM, Demand.ofText(HELD_INPUT, null, 1), Map.of(), false);
		Begun begun = (Begun) this.calls.begin(request);
		return new Books(begun.call(), new Asked(length), TOKENIZER, 1000);
	}

	/** A request of which the books want the text. */
	private record Asked(int length) implements WireRequest {

		@Override
		public @Nullable String model() {
			return "m";
		}

		@Override
		public boolean stream() {
			return true;
		}

		@Override
		public @Nullable Long maxOutputTokens() {
			return null;
		}

		@Override
		public int choices() {
			return 1;
		}

		@Override
		public long inputTokens() {
			return HELD_INPUT;
		}

		@Override
		public String inputText() {
			return ASKED;
		}

		@Override
		public byte[] body() {
			return ASKED.getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public Exchange to(String model, boolean usageWanted) {
			throw new UnsupportedOperationException("is not sent");
		}

	}

}
