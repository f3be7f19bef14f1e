package dev.tallygate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestParser;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTests {

	private static final String PLAIN = String.join("\r\n", "POST /v1/messages?beta=true HTTP/1.1",
			"Host: localhost:8080", "content-length: 12", "X-Api-Key:\tone ", "x-tags: a=1", "X-Tags: b=\u00e4", "",
			"");

	@Test
	void readsWhatIsPlain() {
		RequestHead head = head(PLAIN);
		assertThat(head).isNotNull();
		assertThat(head.method()).isEqualTo("POST");
		assertThat(head.path()).isEqualTo("/v1/messages");
		assertThat(head.query()).isEqualTo("beta=true");
		assertThat(head.contentLength()).isEqualTo(12);
		assertThat(head.first("x-api-key")).isEqualTo("one");
		assertThat(head.all("X-TAGS")).containsExactly("a=1", "b=\u00e4");
		assertThat(head.first("x-tag")).isNull();
		assertThat(head.all("x-tag")).isEmpty();
		assertThat(head.closes()).isFalse();
		assertThat(head.keepsAlive()).isFalse();
	}

	@Test
	void aReadingRequestHasNoBody() {
		for (String length : List.of("", "Content-Length: 0\r\n")) {
			RequestHead head = head("GET /v1/models/gpt-4.1 HTTP/1.1\r\nHost: a\r\n" + length + "\r\n");
			assertThat(head).isNotNull();
			assertThat(head.method()).isEqualTo("GET");
			assertThat(head.path()).isEqualTo("/v1/models/gpt-4.1");
			assertThat(head.contentLength()).isZero();
		}
	}

	@Test
	void readsAHeadAmongOtherBytes() {
		byte[] bytes = ("rest" + PLAIN + "{}").getBytes(StandardCharsets.ISO_8859_1);
		RequestHead head = RequestHead.of(bytes, 4, bytes.length - 2);
		assertThat(head).isNotNull();
		assertThat(head.all("x-tags")).hasSize(2);
	}

	@Test
	void readsManyFields() {
		StringBuilder more = new StringBuilder();
		for (int i = 0; i < 98; i++) {
			more.append("X-").append(i).append(": ").append(i).append("\r\n");
		}
		RequestHead head = head("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n" + more + "\r\n");
		assertThat(head).isNotNull();
		assertThat(head.first("x-97")).isEqualTo("97");
		assertThat(head("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nX-A: b\r\n" + more + "\r\n")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "close", "Close", "keep-alive, close", "x,close ,y" })
	void knowsWhoWantsToClose(String option) {
		RequestHead head = with("Connection: " + option);
		assertThat(head).isNotNull();
		assertThat(head.closes()).isTrue();
	}

	@Test
	void knowsWhoWouldKeepTheConnectionWhateverElseIsOffered() {
		RequestHead head = with("Connection: Upgrade, HTTP2-Settings\r\nConnection: Keep-Alive\r\nUpgrade: h2c");
		assertThat(head).isNotNull();
		assertThat(head.keepsAlive()).isTrue();
		assertThat(head.closes()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Transfer-Encoding: chunked", "transfer-encoding:chunked", "Content-Length: 5",
			"Content-Length: 6", "Expect: 100-continue", "Host: b", "X Y: z", "X: y\u0001", "X: y\u007f", " folded",
			"\tfolded", "X", ": y", "X\u00e4: y", "X: y\rZ: 1", "X: y\nZ: 1", "X : y", "X: y\u0000" })
	void leavesToTheContainerWhatCouldBeReadInTwoWays(String field) {
		assertThat(with(field)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\n\r\n",
			"POST / HTTP/1.1\r\nHost:\r\nContent-Length: 0\r\n\r\n",
			"POST / HTTP/1.1\r\nHost: a..b\r\nContent-Length: 0\r\n\r\n",
			"POST / HTTP/1.1\r\nHost: a:b\r\nContent-Length: 0\r\n\r\n",
			"POST / HTTP/1.1\r\nHost: a/b\r\nContent-Length: 0\r\n\r\n",
			"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
			"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
			"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
			"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1,1\r\n\r\n",
			"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
			"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1234567890123456789\r\n\r\n",
			"POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
			"POST / HTTP/1.1 \r\nHost: a\r\nContent-Length: 0\r\n\r\n",
			"POST  / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
			"POST /%61 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
			"POST /a/../b HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
			"POST //a/b HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
			"POST /a;b HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
			"POST /a?b%3d HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
			"POST http://a/b HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", "GETS / HTTP/1.1\r\nHost: a\r\n\r\n",
			"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "POST /a/./b HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
			"POST a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
			"post / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
			"\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "POST \r\n\r\n", "POST /\r\n\r\n" })
	void leavesOtherRequestsToTheContainer(String request) {
		assertThat(head(request)).isNull();
	}

	/**
	 * What is taken for plain means the same to another reader, whatever was changed in
	 * it.
	 */
	@Test
	void meansWhatOthersRead() throws Exception {
		Random random = new Random(14);
		String pieces = "\r\n\r\n\t ,:;=/%?Content-Length: 7\r\nTransfer-Encoding: chunked\r\nHost: b\r\n close 0 \u0001\u00ff";
		int plain = 0;
		for (int round = 0; round < 200_000; round++) {
			StringBuilder text = new StringBuilder(PLAIN);
			for (int change = random.nextInt(4); change > 0; change--) {
				int at = random.nextInt(text.length() - 4);
				int from = random.nextInt(pieces.length());
				text.replace(at, at + random.nextInt(3),
						pieces.substring(from, Math.min(pieces.length(), from + 1 + random.nextInt(8))));
			}
			int end = text.indexOf("\r\n\r\n");
			text.setLength(end + 4);
			RequestHead head = head(text.toString());
			if (head != null) {
				plain++;
				assertSame(head, text.toString());
			}
		}
		assertThat(plain).as("of the changed ones that are still plain").isGreaterThan(50_000);
	}

	private static void assertSame(RequestHead head, String text) throws IOException, HttpException {
		byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
		ClassicHttpRequest other = new DefaultHttpRequestParser().parse(new SessionInputBufferImpl(8192),
				new ByteArrayInputStream(bytes));
		assertThat(other).as(text).isNotNull();
		assertThat(other.getMethod()).as(text).isEqualTo("POST");
		assertThat(other.getRequestUri()).as(text)
			.isEqualTo(head.path() + ((head.query() != null) ? "?" + head.query() : ""));
		assertThat(other.countHeaders("Transfer-Encoding")).as(text).isZero();
		assertThat(other.getHeaders("Content-Length")).as(text).hasSize(1);
		assertThat(Long.parseLong(other.getFirstHeader("Content-Length").getValue())).as(text)
			.isEqualTo(head.contentLength());
		for (String name : List.of("host", "x-api-key", "x-tags")) {
			assertThat(head.all(name)).as(text)
				.isEqualTo(List.of(other.getHeaders(name)).stream().map(Header::getValue).toList());
		}
	}

	private static @Nullable RequestHead with(String field) {
		return head("POST /v1/messages HTTP/1.1\r\nHost: a\r\n" + field + "\r\nContent-Length: 5\r\n\r\n");
	}

	private static @Nullable RequestHead head(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
		return RequestHead.of(bytes, 0, bytes.length);
	}

}
