package dev.tallygate.gateway.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.jspecify.annotations.Nullable;

/**
 * An answer on its way straight to a caller's socket. A short one goes out in one write.
 */
final class DirectResponse implements CallerResponse {

	/** What is longer is not held until it is whole. */
	private static final int MOST_HELD = 8 * 1024;

	private static final int FIRST_SIZE = 512;

	/** Room before a chunk for its length, at most {@value #MOST_HELD}. */
	private static final int CHUNK_HEAD = "2000\r\n".length();

	private static final int NO_LENGTH = -1;

	/** Cannot have a body, so that even a length of nothing is not told. */
	private static final int NO_CONTENT = 204;

	private static final byte[] NOTHING = {};

	private final DirectConnection connection;

	private final boolean keepsAlive;

	private final Body body = new Body();

	private int status = 200;

	private final List<Field> fields = new ArrayList<>(16);

	private int length = NO_LENGTH;

	/** What was written, after room for the head of a chunk. */
	private byte[] held = NOTHING;

	private int count;

	/** How much of a body of known length went out. */
	private long sent;

	private boolean committed;

	private boolean finished;

	private boolean closes;

	private boolean chunked;

	/**
	 * An answer of which nothing is told.
	 * @param closes whether the connection is closed after it
	 * @param keepsAlive whether the caller asked for how long it would be kept
	 */
	DirectResponse(DirectConnection connection, boolean closes, boolean keepsAlive) {
		this.connection = connection;
		this.closes = closes;
		this.keepsAlive = keepsAlive;
	}

	@Override
	public void status(int status) {
		this.status = status;
	}

	@Override
	public void header(String name, String value) {
		if (this.committed) {
			return;
		}
		Field field = new Field(name, value);
		for (int i = 0; i < this.fields.size(); i++) {
			if (this.fields.get(i).name.equalsIgnoreCase(name)) {
				this.fields.set(i, field);
				return;
			}
		}
		this.fields.add(field);
	}

	@Override
	public @Nullable String header(String name) {
		for (Field field : this.fields) {
			if (field.name.equalsIgnoreCase(name)) {
				return field.value;
			}
		}
		return null;
	}

	@Override
	public Collection<String> headerNames() {
		return this.fields.stream().map(Field::name).toList();
	}

	@Override
	public void contentType(String type) {
		header("Content-Type", type);
	}

	@Override
	public void contentLength(int length) {
		this.length = length;
	}

	@Override
	public OutputStream body() {
		return this.body;
	}

	@Override
	public boolean isCommitted() {
		return this.committed;
	}

	@Override
	public void reset() {
		if (this.committed) {
			throw new IllegalStateException("The head of the answer is out.");
		}
		this.status = 200;
		this.fields.clear();
		this.length = NO_LENGTH;
		this.count = 0;
	}

	@Override
	public void flush() throws IOException {
		if (this.length >= 0) {
			commit(NOTHING, 0, 0);
		}
		else if (this.count > 0 || !this.committed) {
			sendChunk(false);
		}
	}

	/** Sends the rest, unless what was announced is missing, or it was sent before. */
	void finish() throws IOException {
		if (this.finished) {
			return;
		}
		this.finished = true;
		if (!this.committed && this.length < 0) {
			this.length = this.count;
			// Where nothing was written, nothing is held, not even room.
			commit(this.held, Math.min(CHUNK_HEAD, this.held.length), this.count);
		}
		else if (this.chunked) {
			sendChunk(true);
		}
		else {
			commit(NOTHING, 0, 0);
			this.closes |= this.sent < this.length;
		}
	}

	/** Whether the connection is of no use after this answer. */
	boolean closes() {
		return this.closes;
	}

	/** Sends the head if it is not out yet, and these bytes behind it. */
	private void commit(byte[] bytes, int from, int length) throws IOException {
		this.sent += length;
		if (this.committed) {
			if (length > 0) {
				this.connection.write(ByteBuffer.wrap(bytes, from, length));
			}
			return;
		}
		this.committed = true;
		boolean inOne = length <= MOST_HELD;
		HeadWriter head = new HeadWriter(FIRST_SIZE + (inOne ? length : 0));
		writeHead(head);
		if (inOne) {
			head.bytes(bytes, from, length);
			this.connection.write(head.buffer());
		}
		else {
			this.connection.write(head.buffer(), ByteBuffer.wrap(bytes, from, length));
		}
	}

	/** Sends what is held as one chunk, and the last one behind it. */
	private void sendChunk(boolean last) throws IOException {
		HeadWriter head = new HeadWriter(this.committed ? 0 : FIRST_SIZE + this.count);
		if (!this.committed) {
			this.committed = true;
			this.chunked = true;
			writeHead(head);
		}
		if (this.count > 0) {
			int from = frame();
			int to = CHUNK_HEAD + this.count + 2;
			this.count = 0;
			if (head.isEmpty() && !last) {
				this.connection.write(ByteBuffer.wrap(this.held, from, to - from));
				return;
			}
			head.bytes(this.held, from, to - from);
		}
		if (last) {
			head.ascii("0\r\n\r\n");
		}
		if (!head.isEmpty()) {
			this.connection.write(head.buffer());
		}
	}

	/** Writes the length before what is held and the line's end behind it. */
	private int frame() {
		int end = CHUNK_HEAD + this.count;
		this.held[end] = '\r';
		this.held[end + 1] = '\n';
		int at = CHUNK_HEAD;
		this.held[--at] = '\n';
		this.held[--at] = '\r';
		for (int rest = this.count; rest > 0; rest >>= 4) {
			this.held[--at] = (byte) Character.forDigit(rest & 0xf, 16);
		}
		return at;
	}

	private void writeHead(HeadWriter head) {
		head.ascii("HTTP/1.1 ").ascii(Integer.toString(this.status)).ascii(" \r\n");
		for (Field field : this.fields) {
			if (field.name.equalsIgnoreCase("Connection")) {
				this.closes |= field.value.equalsIgnoreCase("close");
			}
			else {
				head.field(field.name, field.value);
			}
		}
		if (this.chunked) {
			head.field("Transfer-Encoding", "chunked");
		}
		else if (this.status != NO_CONTENT) {
			head.field("Content-Length", Integer.toString(this.length));
		}
		head.field("Date", FastHttpDateFormat.getCurrentDate());
		this.closes |= this.connection.isLast();
		if (this.closes) {
			head.field("Connection", "close");
		}
		else if (this.keepsAlive) {
			head.field("Keep-Alive", "timeout=" + this.connection.keepAliveSeconds());
			head.field("Connection", "keep-alive");
		}
		head.ascii("\r\n");
	}

	/** What callers write to. */
	private final class Body extends OutputStream {

		@Override
		public void write(int one) throws IOException {
			write(new byte[] { (byte) one }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int from, int length) throws IOException {
			if (DirectResponse.this.length >= 0) {
				if (length > DirectResponse.this.length - DirectResponse.this.sent) {
					throw new IllegalStateException("The answer is longer than was announced.");
				}
				commit(bytes, from, length);
				return;
			}
			int at = from;
			int left = length;
			while (left > 0) {
				int part = Math.min(left, MOST_HELD - DirectResponse.this.count);
				hold(bytes, at, part);
				at += part;
				left -= part;
				if (DirectResponse.this.count == MOST_HELD) {
					sendChunk(false);
				}
			}
		}

		private void hold(byte[] bytes, int from, int length) {
			int end = CHUNK_HEAD + DirectResponse.this.count;
			int needed = end + length + 2;
			if (needed > DirectResponse.this.held.length) {
				int size = Math.max(needed, Math.max(FIRST_SIZE, DirectResponse.this.held.length * 2));
				DirectResponse.this.held = Arrays.copyOf(DirectResponse.this.held,
						Math.min(size, CHUNK_HEAD + MOST_HELD + 2));
			}
			System.arraycopy(bytes, from, DirectResponse.this.held, end, length);
			DirectResponse.this.count += length;
		}

		@Override
		public void flush() throws IOException {
			DirectResponse.this.flush();
		}

		@Override
		public void close() throws IOException {
			finish();
		}

	}

	/** Text of a head, in which control characters become spaces. */
	private static final class HeadWriter {

		private byte[] bytes;

		private int count;

		HeadWriter(int size) {
			this.bytes = (size > 0) ? new byte[size] : NOTHING;
		}

		boolean isEmpty() {
			return this.count == 0;
		}

		ByteBuffer buffer() {
			return ByteBuffer.wrap(this.bytes, 0, this.count);
		}

		HeadWriter field(String name, String value) {
			return text(name).ascii(": ").text(value).ascii("\r\n");
		}

		HeadWriter ascii(String text) {
			byte[] characters = text.getBytes(StandardCharsets.US_ASCII);
			return bytes(characters, 0, characters.length);
		}

		private HeadWriter text(String text) {
			byte[] characters = text.getBytes(StandardCharsets.ISO_8859_1);
			for (int i = 0; i < characters.length; i++) {
				byte c = characters[i];
				if ((c >= 0 && c < ' ' && c != '\t') || c == 0x7f) {
					characters[i] = ' ';
				}
			}
			return bytes(characters, 0, characters.length);
		}

		HeadWriter bytes(byte[] more, int from, int length) {
			room(length);
			System.arraycopy(more, from, this.bytes, this.count, length);
			this.count += length;
			return this;
		}

		private void room(int more) {
			if (this.count + more > this.bytes.length) {
				this.bytes = Arrays.copyOf(this.bytes, Math.max(this.count + more, this.bytes.length * 2));
			}
		}

	}

	private record Field(String name, String value) {

	}

}
