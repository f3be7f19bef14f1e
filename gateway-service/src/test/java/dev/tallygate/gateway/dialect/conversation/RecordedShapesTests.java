package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.AnswerStream;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.chat.ChatWire;
import dev.tallygate.gateway.dialect.messages.MessagesWire;
import dev.tallygate.gateway.dialect.responses.ResponsesWire;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.wire.UsageContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The recorded streams that are translated elsewhere, and some of responses: to a caller
 * of the provider's own wire each passes byte for byte, however its bytes arrive.
 */
class RecordedShapesTests {

	private static final Path RESPONSES = Path.of("src/test/resources/shapes/responses");

	/** A stream as a provider sends it. */
	record Shape(Wire wire, String name, String sent) {

		Exchange exchange() throws Exception {
			byte[] request = Golden
				.utf8("{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[],\"input\":\"\"}");
			return this.wire.read(request, request.length, RequestLimits.DEFAULT).to("m", true);
		}

		/**
		 * The names of events that a provider leaves out are put in, and an error at
		 * first is a status.
		 */
		boolean passes() {
			boolean nameless = this.wire instanceof MessagesWire && ("\n\n" + this.sent).contains("\n\ndata: ");
			return !nameless && !this.name.equals("error-first");
		}

		@Override
		public String toString() {
			return this.wire.operation() + " " + this.name;
		}

	}

	static List<Shape> shapes() throws IOException {
		List<Shape> shapes = new ArrayList<>();
		for (Golden.Case recorded : Golden.cases("streams", ".in.sse")) {
			Wire wire = switch (recorded.crossing()) {
				case CHAT_TO_MESSAGES -> new MessagesWire();
				case MESSAGES_TO_CHAT -> new ChatWire();
				case RESPONSES_TO_MESSAGES, RESPONSES_TO_CHAT -> null;
			};
			if (wire != null) {
				Shape shape = new Shape(wire, recorded.name(), recorded.text(".in.sse"));
				if (shape.passes()) {
					shapes.add(shape);
				}
			}
		}
		try (Stream<Path> files = Files.list(RESPONSES)) {
			for (Path file : files.sorted().toList()) {
				shapes.add(new Shape(new ResponsesWire(), file.getFileName().toString(), Files.readString(file)));
			}
		}
		return shapes;
	}

	@ParameterizedTest
	@MethodSource("shapes")
	void passesByteForByte(Shape shape) throws Exception {
		byte[] sent = Golden.utf8(shape.sent());
		assertThat(relayed(shape, sent, sent.length)).isEqualTo(shape.sent());
		assertThat(relayed(shape, sent, 1)).as("byte by byte").isEqualTo(shape.sent());
		assertThat(relayed(shape, sent, 7)).as("in pieces").isEqualTo(shape.sent());
	}

	@ParameterizedTest
	@MethodSource("shapes")
	void isReadTheSameHoweverItArrives(Shape shape) throws Exception {
		byte[] sent = Golden.utf8(shape.sent());
		StreamReader whole = read(shape, sent, sent.length);
		StreamReader pieces = read(shape, sent, 1);

		assertThat(pieces.usage()).isEqualTo(whole.usage());
		assertThat(pieces.finished()).isEqualTo(whole.finished());
		assertThat(pieces.failure()).isEqualTo(whole.failure());
		Usage usage = whole.usage();
		if (shape.wire() instanceof ResponsesWire && whole.failure() == null) {
			assertThat(usage).isNotNull();
			assertThat(counts(usage)).containsExactly(120L, 64L, 58L, 32L);
		}
		if (shape.name().contains("later")) {
			assertThat(whole.failure()).isNotNull();
		}
	}

	private static List<@Nullable Long> counts(@Nullable Usage usage) {
		List<@Nullable Long> counts = new ArrayList<>();
		if (usage != null) {
			counts.add(usage.inputTokens());
			counts.add(usage.cacheReadTokens());
			counts.add(usage.outputTokens());
			counts.add(usage.reasoningTokens());
		}
		return counts;
	}

	private static StreamReader read(Shape shape, byte[] sent, int piece) throws Exception {
		StreamReader reader = shape.exchange().stream(reading());
		feed(reader, sent, piece);
		return reader;
	}

	private static String relayed(Shape shape, byte[] sent, int piece) throws Exception {
		return feed(shape.exchange().stream(reading()), sent, piece).toString(StandardCharsets.UTF_8);
	}

	private static ByteArrayOutputStream feed(StreamReader reader, byte[] sent, int piece) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		byte[] bytes = sent.clone();
		AnswerStream answer = new AnswerStream(reader, Redaction.NONE, 1 << 20);
		for (int from = 0; from < bytes.length; from += piece) {
			answer.feed(bytes, from, Math.min(piece, bytes.length - from), out::write);
		}
		answer.end(out::write);
		return out;
	}

	private static Reading reading() {
		return new Reading("01900000-0000-7000-8000-000000000001", UsageContext.NONE);
	}

}
