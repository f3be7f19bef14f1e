package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.gateway.dialect.CountedRoom;
import dev.tallygate.gateway.dialect.EventTooLargeException;
import dev.tallygate.gateway.dialect.ServerSentEvent;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a translator keeps of a stream to tell it again at the end is bounded as whole
 * answers are: by what one may be, and by the room there is for all.
 */
class KeepingTests {

	private static final String WORDS = "x".repeat(1000);

	private static final String TEXT = chunk("\"content\":\"" + WORDS + "\"");

	private static final String THOUGHT = chunk("\"reasoning_content\":\"" + WORDS + "\"");

	private static final String ARGUMENTS = chunk(
			"\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"f\",\"arguments\":\"" + WORDS
					+ "\"}}]");

	private final CountedRoom room = new CountedRoom();

	@ParameterizedTest
	@CsvSource({ "RESPONSES_TO_CHAT,text", "RESPONSES_TO_CHAT,thought", "RESPONSES_TO_CHAT,arguments",
			"MESSAGES_TO_CHAT,arguments" })
	void noAnswerIsKeptThatIsLargerThanOneMayBe(Crossing crossing, String what) throws Exception {
		this.room.eachTakesAtMost(1_000_000);
		CrossedStream stream = stream(crossing);

		assertThatExceptionOfType(EventTooLargeException.class).isThrownBy(() -> feed(stream, what, 2_000))
			.matches((ex) -> !ex.noRoom());
		assertThat(this.room.taken()).isBetween(800_000L, 1_000_000L);
		stream.close();
		assertThat(this.room.taken()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "RESPONSES_TO_CHAT,text", "MESSAGES_TO_CHAT,arguments" })
	void noneIsKeptThatThereIsNoRoomFor(Crossing crossing, String what) throws Exception {
		this.room.has(300_000);
		CrossedStream stream = stream(crossing);

		assertThatExceptionOfType(EventTooLargeException.class).isThrownBy(() -> feed(stream, what, 2_000))
			.matches(EventTooLargeException::noRoom);
		stream.close();
		assertThat(this.room.taken()).isZero();
	}

	/** Most answers are small, and need not ask. */
	@Test
	void aSmallOneTakesNoRoom() throws Exception {
		this.room.has(0);
		CrossedStream stream = stream(Crossing.RESPONSES_TO_CHAT);

		feed(stream, "text", 60);

		assertThat(this.room.taken()).isZero();
	}

	private CrossedStream stream(Crossing crossing) throws Exception {
		return Golden.cross(crossing, Golden.plainRequest(crossing), "m").stream(1, this.room);
	}

	private static void feed(CrossedStream stream, String what, int times) throws IOException {
		byte[] event = Golden.utf8(switch (what) {
			case "text" -> TEXT;
			case "thought" -> THOUGHT;
			default -> ARGUMENTS;
		});
		for (int i = 0; i < times; i++) {
			stream.event(new ServerSentEvent(event, 0, event.length), (bytes, from, length) -> {
			});
		}
	}

	private static String chunk(String delta) {
		return "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{" + delta
				+ "},\"finish_reason\":null}]}\n\n";
	}

}
