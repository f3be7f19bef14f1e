package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.RefusedException;
import dev.tallygate.gateway.http.CallerRequest;
import dev.tallygate.gateway.http.ContainerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;

class BodyReaderTests {

	private static final int MOST = 100_000;

	private static final int UNKNOWN = -1;

	private final UserId user = new UserId(UuidV7.next());

	private final UserId other = new UserId(UuidV7.next());

	private final BodyReader reader = new BodyReader(MOST, Duration.ofSeconds(30), 4L * MOST, 2L * MOST);

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 8191, 8192, 8193, MOST })
	void readsWhatCameInWholeHoweverItWasAnnounced(int length) throws Exception {
		byte[] sent = bytes(length);
		for (int announced : new int[] { length, UNKNOWN }) {
			try (BodyReader.Body body = this.reader.read(request(announced, new Trickle(sent, 1000)), this.user)) {
				assertThat(body.length()).isEqualTo(length);
				assertThat(Arrays.copyOf(body.bytes(), body.length())).isEqualTo(sent);
			}
		}
	}

	@Test
	void refusesOneByteTooManyAndReadsOnSoThatTheCallerCanReadTheAnswer() {
		for (int announced : new int[] { MOST + 1, UNKNOWN }) {
			Trickle sent = new Trickle(bytes(MOST + 1), 4000);
			RefusedException refused = refused(request(announced, sent));
			assertThat(refused.error().status()).isEqualTo(413);
			assertThat(sent.left()).isZero();
		}
	}

	@Test
	void readsNoMoreThanTwiceTheLimitOfWhatIsTooLarge() {
		Trickle endless = new Trickle(bytes(10 * MOST), 8192);
		assertThat(refused(request(10 * MOST, endless)).error().status()).isEqualTo(413);
		assertThat(10 * MOST - endless.left()).isBetween(2 * MOST, 2 * MOST + 2 * 8192);
	}

	@Test
	void refusesABodyThatIsCutShort() {
		RefusedException refused = refused(request(500, new Trickle(bytes(499), 100)));
		assertThat(refused.error().status()).isEqualTo(400);
		assertThat(refused.error().message()).contains("ended too early");
	}

	@Test
	void refusesABodyThatStallsOrTakesTooLong() {
		InputStream stalled = new InputStream() {

			@Override
			public int read() throws IOException {
				throw new SocketTimeoutException();
			}

			@Override
			public int read(byte[] to, int from, int length) throws IOException {
				throw new SocketTimeoutException();
			}

		};
		assertThat(refused(request(500, stalled)).error().message()).contains("too slowly");
		BodyReader impatient = new BodyReader(MOST, Duration.ZERO, MOST, MOST);
		RefusedException refused = catchThrowableOfType(RefusedException.class,
				() -> impatient.read(request(500, new Trickle(bytes(500), 1)), this.user));
		assertThat(refused.error().message()).contains("too slowly");
	}

	@Test
	void refusesACodedBodyUnread() {
		MockHttpServletRequest request = sent(10, new Trickle(bytes(10), 10));
		request.addHeader("Content-Encoding", "gzip");
		assertThat(refused(new ContainerRequest(request)).error().status()).isEqualTo(400);
	}

	@Test
	void takesRoomForWhatArrivesAndNotForWhatIsAnnounced() throws Exception {
		BodyReader small = new BodyReader(MOST, Duration.ofSeconds(30), 8192, 8192);
		RefusedException refused = catchThrowableOfType(RefusedException.class,
				() -> small.read(request(MOST, new Trickle(bytes(10), 10)), this.user));
		assertThat(refused.error().message()).contains("ended too early");
		small.read(request(10, new Trickle(bytes(10), 10)), this.user).close();
	}

	@Test
	void leavesOthersTheirShareAndGivesBackWhatIsClosed() throws Exception {
		BodyReader.Body first = this.reader.read(request(MOST, new Trickle(bytes(MOST), 50_000)), this.user);
		BodyReader.Body second = this.reader.read(request(MOST, new Trickle(bytes(MOST), 50_000)), this.user);
		assertThat(refused(request(1, new Trickle(bytes(1), 1))).error()).isEqualTo(Errors.NO_ROOM_OF_YOUR_OWN);
		try (BodyReader.Body others = this.reader.read(request(MOST, new Trickle(bytes(MOST), 50_000)), this.other)) {
			assertThat(others.length()).isEqualTo(MOST);
		}
		first.close();
		first.close();
		this.reader.read(request(MOST, new Trickle(bytes(MOST), 50_000)), this.user).close();
		second.close();
	}

	@Test
	void refusesWhenAllTheRoomIsTakenWithoutCountingWhatItRefused() throws Exception {
		BodyReader one = new BodyReader(MOST, Duration.ofSeconds(30), MOST, MOST);
		for (int round = 0; round < 3; round++) {
			try (BodyReader.Body body = one.read(request(MOST, new Trickle(bytes(MOST), 50_000)), this.user)) {
				RefusedException refused = catchThrowableOfType(RefusedException.class,
						() -> one.read(request(1, new Trickle(bytes(1), 1)), this.other));
				assertThat(refused.error()).isEqualTo(Errors.NO_ROOM);
				assertThat(body.length()).isEqualTo(MOST);
			}
		}
	}

	private RefusedException refused(CallerRequest request) {
		RefusedException refused = catchThrowableOfType(RefusedException.class,
				() -> this.reader.read(request, this.user));
		assertThat(refused).isNotNull();
		return refused;
	}

	private static byte[] bytes(int length) {
		byte[] bytes = new byte[length];
		for (int i = 0; i < length; i++) {
			bytes[i] = (byte) i;
		}
		return bytes;
	}

	private static CallerRequest request(int announced, InputStream body) {
		return new ContainerRequest(sent(announced, body));
	}

	private static MockHttpServletRequest sent(int announced, InputStream body) {
		return new MockHttpServletRequest("POST", "/v1/chat/completions") {

			@Override
			public long getContentLengthLong() {
				return announced;
			}

			@Override
			public DelegatingServletInputStream getInputStream() {
				return new DelegatingServletInputStream(body) {

					@Override
					public int read(byte[] to, int from, int length) throws IOException {
						return body.read(to, from, length);
					}

				};
			}

		};
	}

	/** Bytes that come a few at a time, as from a network. */
	private static final class Trickle extends InputStream {

		private final byte[] bytes;

		private final int atOnce;

		private int position;

		Trickle(byte[] bytes, int atOnce) {
			this.bytes = bytes;
			this.atOnce = atOnce;
		}

		int left() {
			return this.bytes.length - this.position;
		}

		@Override
		public int read() {
			return (left() > 0) ? this.bytes[this.position++] & 0xff : -1;
		}

		@Override
		public int read(byte @Nullable [] to, int from, int length) {
			if (left() == 0 || to == null) {
				return -1;
			}
			int count = Math.min(Math.min(this.atOnce, length), left());
			System.arraycopy(this.bytes, this.position, to, from, count);
			this.position += count;
			return count;
		}

	}

}
