package dev.tallygate.gateway.dialect.openai;

import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Gathers what of a request a tokenizer would see, for the rare call whose provider does
 * not say how much it was.
 */
final class InputText {

	private static final byte[] DATA_URL = "data:".getBytes(StandardCharsets.US_ASCII);

	private final byte[] body;

	private final JsonScanner json;

	private final StringBuilder text = new StringBuilder();

	private InputText(byte[] body, int length) {
		this.body = body;
		this.json = new JsonScanner(body, 0, length, Integer.MAX_VALUE);
	}

	/** The texts in a request that was scanned before. */
	static String of(byte[] body, int length) {
		InputText input = new InputText(body, length);
		try {
			input.run();
		}
		catch (MalformedJsonException ex) {
			throw new IllegalStateException("the request was well-formed before", ex);
		}
		return input.text.toString();
	}

	private void run() throws MalformedJsonException {
		this.json.next();
		while (this.json.next() == Token.KEY) {
			String name = this.json.text();
			switch (name) {
				case "messages" -> messages();
				case "tools", "functions", "response_format" -> {
					this.json.skipValue();
					this.text
						.append(new String(this.body, this.json.start(), this.json.end() - this.json.start(),
								StandardCharsets.UTF_8))
						.append('\n');
				}
				default -> this.json.skipValue();
			}
		}
	}

	private void messages() throws MalformedJsonException {
		this.json.next();
		int inside = this.json.depth();
		while (this.json.depth() >= inside) {
			if (this.json.next() == Token.STRING && !isDataUrl(this.body, this.json.start() + 1, this.json.end() - 1)) {
				this.text.append(this.json.text()).append('\n');
			}
		}
	}

	/** Whether the name just found is that of an image, a recording or a file. */
	static boolean isAttachment(JsonScanner json) {
		return json.textIs("image_url") || json.textIs("input_audio") || json.textIs("file");
	}

	/**
	 * Whether a string is a file written as text, of which no tokenizer sees a letter.
	 */
	static boolean isDataUrl(byte[] body, int from, int to) {
		return to - from > DATA_URL.length
				&& Arrays.equals(body, from, from + DATA_URL.length, DATA_URL, 0, DATA_URL.length);
	}

}
