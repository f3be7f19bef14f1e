package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.EventStreamSplitter.Room;
import dev.tallygate.gateway.dialect.conversation.Golden.Case;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each recorded stream reads the same in the caller's words, whatever the cuts between
 * reads, and one that is cut never looks whole.
 */
class StreamTranslationTests {

	/** What a caller takes for the end of an answer. */
	private static final Pattern END = Pattern
		.compile("\\[DONE]|\"finish_reason\":\"|message_stop|message_delta|response\\.completed|response\\.incomplete");

	@ParameterizedTest
	@MethodSource("cases")
	void readsTheSame(Case recorded) throws Exception {
		SseStream stream = new SseStream(crossed(recorded));
		byte[] bytes = Golden.utf8(recorded.text(".in.sse"));
		stream.feed(bytes, 0, bytes.length);
		stream.end();
		if (Golden.RECORD) {
			Files.writeString(recorded.beside(".out.sse"), Golden.steady(stream.written()));
		}
		assertThat(Golden.steady(stream.written())).isEqualTo(recorded.text(".out.sse"));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void isTheSameByteByByte(Case recorded) throws Exception {
		SseStream stream = new SseStream(crossed(recorded));
		byte[] bytes = Golden.utf8(recorded.text(".in.sse"));
		for (int i = 0; i < bytes.length; i++) {
			stream.feed(bytes, i, 1);
		}
		stream.end();
		assertThat(Golden.steady(stream.written())).isEqualTo(recorded.text(".out.sse"));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void neverLooksWholeWhenCut(Case recorded) throws Exception {
		byte[] bytes = Golden.utf8(recorded.text(".in.sse"));
		CrossedStream crossed = crossed(recorded);
		SseStream stream = new SseStream(crossed);
		for (int cut = 1; cut < bytes.length; cut++) {
			stream.feed(bytes, cut - 1, 1);
			boolean whole = crossed.finished() && !crossed.failed();
			assertThat(END.matcher(stream.written()).find()).as("cut at %d", cut).isEqualTo(whole);
			if (whole) {
				assertThat(new String(bytes, 0, cut, StandardCharsets.UTF_8)).as("cut at %d", cut)
					.containsPattern("\\[DONE]|message_stop");
			}
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void endsProperlyOnlyAfterAReason(Case recorded) throws Exception {
		byte[] bytes = Golden.utf8(recorded.text(".in.sse"));
		for (int cut = 0; cut < bytes.length; cut += (bytes[cut] == '\n') ? 1 : 5) {
			CrossedStream crossed = crossed(recorded);
			SseStream stream = new SseStream(crossed);
			stream.feed(bytes, 0, cut);
			stream.end();
			String read = new String(bytes, 0, cut, StandardCharsets.UTF_8);
			boolean reason = Pattern.compile("\"(finish|stop)_reason\": ?\"").matcher(read).find();
			assertThat(!crossed.finished() || reason).as("cut at %d", cut).isTrue();
		}
	}

	private static CrossedStream crossed(Case recorded) throws Exception {
		Crossing crossing = recorded.crossing();
		return Golden.cross(crossing, Golden.plainRequest(crossing), "m").stream(77, Room.UNBOUNDED);
	}

	static List<Case> cases() throws IOException {
		return Golden.cases("streams", ".in.sse");
	}

}
