package dev.tallygate.gateway.dialect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One server-sent event as it came, with its name and its data found. The bytes belong to
 * whoever reads the stream and are gone after the event was handled.
 */
public final class ServerSentEvent {

	private static final byte[] DATA = { 'd', 'a', 't', 'a' };

	private static final byte[] EVENT = { 'e', 'v', 'e', 'n', 't' };

	private final byte[] bytes;

	private final int from;

	private final int to;

	private int nameFrom = -1;

	private int nameTo;

	private byte[] data;

	private int dataFrom = -1;

	private int dataTo;

	private @Nullable ByteArrayOutputStream joined;

	/** Finds the fields of the event in {@code [from, to)}. */
	public ServerSentEvent(byte[] bytes, int from, int to) {
		this.bytes = bytes;
		this.from = from;
		this.to = to;
		this.data = bytes;
		int line = from;
		while (line < to) {
			int end = lineEnd(line);
			field(line, end);
			line = end;
			if (line < to && bytes[line] == '\r') {
				line++;
			}
			if (line < to && bytes[line] == '\n') {
				line++;
			}
		}
		if (this.joined != null) {
			this.data = this.joined.toByteArray();
			this.dataFrom = 0;
			this.dataTo = this.data.length;
		}
	}

	private int lineEnd(int line) {
		int i = line;
		while (i < this.to && this.bytes[i] != '\n' && this.bytes[i] != '\r') {
			i++;
		}
		return i;
	}

	private void field(int line, int end) {
		int value = valueOf(DATA, line, end);
		if (value >= 0) {
			addData(value, end);
			return;
		}
		value = valueOf(EVENT, line, end);
		if (value >= 0) {
			this.nameFrom = value;
			this.nameTo = end;
		}
	}

	/** Where the value of the field of this name starts, or -1. */
	private int valueOf(byte[] name, int line, int end) {
		int colon = line + name.length;
		if (colon > end || !Arrays.equals(this.bytes, line, colon, name, 0, name.length)) {
			return -1;
		}
		if (colon == end) {
			return end;
		}
		if (this.bytes[colon] != ':') {
			return -1;
		}
		int value = colon + 1;
		return (value < end && this.bytes[value] == ' ') ? value + 1 : value;
	}

	/** Lines of data are one text with line feeds between. */
	private void addData(int value, int end) {
		if (this.dataFrom < 0) {
			this.dataFrom = value;
			this.dataTo = end;
			return;
		}
		ByteArrayOutputStream all = this.joined;
		if (all == null) {
			all = new ByteArrayOutputStream(this.to - this.from);
			all.write(this.bytes, this.dataFrom, this.dataTo - this.dataFrom);
			this.joined = all;
		}
		all.write('\n');
		all.write(this.bytes, value, end - value);
	}

	/** Whether it has data; an event without is a comment, or sets something. */
	public boolean hasData() {
		return this.dataFrom >= 0;
	}

	/** Whether it has a name. */
	public boolean isNamed() {
		return this.nameFrom >= 0;
	}

	/** Its name; null when it has none. */
	public @Nullable String name() {
		return isNamed() ? new String(this.bytes, this.nameFrom, this.nameTo - this.nameFrom, StandardCharsets.UTF_8)
				: null;
	}

	/** Holds its data. */
	public byte[] data() {
		return this.data;
	}

	/** The first byte of its data. */
	public int dataFrom() {
		return this.dataFrom;
	}

	/** The byte after the last of its data. */
	public int dataTo() {
		return this.dataTo;
	}

	/** Whether its data can be cut, because they are in one line of the event itself. */
	public boolean isCuttable() {
		return this.joined == null;
	}

	/** How many bytes come after its data. */
	public int after() {
		return this.to - this.dataTo;
	}

	/** Whether it says that a stream of the OpenAI wire is over. */
	public boolean isDone() {
		int end = this.dataTo;
		while (end > this.dataFrom && this.data[end - 1] == ' ') {
			end--;
		}
		return end - this.dataFrom == 6 && this.data[this.dataFrom] == '[' && this.data[this.dataFrom + 1] == 'D'
				&& this.data[this.dataFrom + 5] == ']';
	}

	/** Writes it as it came. */
	public void writeTo(ByteSink out) throws IOException {
		out.write(this.bytes, this.from, this.to - this.from);
	}

	/** Writes it without {@code [cutFrom, cutTo)} of its data. */
	public void writeWithout(int cutFrom, int cutTo, ByteSink out) throws IOException {
		out.write(this.bytes, this.from, cutFrom - this.from);
		out.write(this.bytes, cutTo, this.to - cutTo);
	}

	/** Writes it with this name before it. */
	public void writeNamed(String name, ByteSink out) throws IOException {
		byte[] line = ("event: " + name + '\n').getBytes(StandardCharsets.UTF_8);
		out.write(line, 0, line.length);
		writeTo(out);
	}

}
