package dev.tallygate.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventStreamSplitterTests {

	private static final int MOST = 1_000_000;

	private final CountedRoom room = new CountedRoom();

	private final List<Integer> events = new ArrayList<>();

	private final EventStreamSplitter splitter = new EventStreamSplitter(MOST,
			(bytes, from, to) -> this.events.add(to - from), this.room);

	/** A stream may go on for an hour after its one picture. */
	@Test
	void givesTheRoomOfALargeEventBackWhenItHasGoneOn() throws Exception {
		feed("data: " + "x".repeat(300_000));
		assertThat(this.room.taken()).isGreaterThanOrEqualTo(300_000);

		feed("x\n\ndata: sma");
		assertThat(this.room.taken()).isZero();
		feed("ll\n\n");

		assertThat(this.events).containsExactly(6 + 300_001 + 2, 13);
		this.splitter.close();
		assertThat(this.room.taken()).isZero();
	}

	@Test
	void aLargeEventIsNotTakenForOneThatIsTooLarge() throws Exception {
		this.room.has(200_000);

		assertThatExceptionOfType(EventTooLargeException.class).isThrownBy(() -> feed("x".repeat(300_000)))
			.matches(EventTooLargeException::noRoom);
		this.room.has(Long.MAX_VALUE);
		assertThatExceptionOfType(EventTooLargeException.class).isThrownBy(() -> feed("x".repeat(MOST + 1)))
			.matches((ex) -> !ex.noRoom());
	}

	private void feed(String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		this.splitter.feed(bytes, 0, bytes.length);
	}

}
