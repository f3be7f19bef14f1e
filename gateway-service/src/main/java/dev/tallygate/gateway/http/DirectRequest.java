package dev.tallygate.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request as its head tells, with its body still on the connection.
 */
final class DirectRequest implements CallerRequest {

	private final RequestHead head;

	private final Body body;

	DirectRequest(RequestHead head, DirectConnection connection) {
		this.head = head;
		this.body = new Body(connection, head.contentLength());
	}

	@Override
	public String method() {
		return this.head.method();
	}

	@Override
	public String path() {
		return this.head.path();
	}

	@Override
	public @Nullable String query() {
		return this.head.query();
	}

	/** A plain query has nothing to decode. */
	@Override
	public @Nullable String parameter(String name) {
		String query = this.head.query();
		if (query != null) {
			for (String pair : query.split("&", -1)) {
				int equals = pair.indexOf('=');
				if (name.equals((equals >= 0) ? pair.substring(0, equals) : pair)) {
					return (equals >= 0) ? pair.substring(equals + 1) : "";
				}
			}
		}
		return null;
	}

	@Override
	public @Nullable String header(String name) {
		return this.head.first(name);
	}

	@Override
	public List<String> headers(String name) {
		return this.head.all(name);
	}

	@Override
	public long contentLength() {
		return this.head.contentLength();
	}

	@Override
	public InputStream body() {
		return this.body;
	}

	/**
	 * Reads on to the end of the body, so that the next request begins there and a caller
	 * who still sends gets to read its answer.
	 * @param most bytes
	 * @param inTime whether there is time for more
	 * @return whether the end was reached
	 */
	boolean skipRest(long most, BooleanSupplier inTime) throws IOException {
		byte[] thrownAway = new byte[(int) Math.min(this.body.left, DirectConnection.MOST_AT_ONCE)];
		long end = this.body.left - most;
		while (this.body.left > Math.max(0, end) && inTime.getAsBoolean()) {
			if (this.body.read(thrownAway, 0, thrownAway.length) < 0) {
				return false;
			}
		}
		return this.body.left == 0;
	}

	/** As many bytes as were announced. */
	private static final class Body extends InputStream {

		private final DirectConnection connection;

		private long left;

		Body(DirectConnection connection, long length) {
			this.connection = connection;
			this.left = length;
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
		}

		@Override
		public int read(byte[] to, int from, int length) throws IOException {
			if (this.left == 0) {
				return -1;
			}
			int count = this.connection.readBody(to, from, (int) Math.min(length, this.left));
			this.left -= Math.max(count, 0);
			return count;
		}

	}

}
