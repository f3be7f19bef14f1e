package dev.tallygate.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RedactionTests {

	private static final byte[] SECRET = "sk-aab-sk-aabc".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] TEXT = "sk-aasecret sk-aab-sk-aab-sk-aabc and sk-aab-sk-aabc!"
		.getBytes(StandardCharsets.US_ASCII);

	private final Redaction redaction = Redaction.of(SECRET);

	@Test
	void blanksTheSecretWhereverReadsEnd() {
		byte[] whole = TEXT.clone();
		this.redaction.apply(whole, 0, whole.length);
		assertThat(new String(whole, StandardCharsets.US_ASCII)).doesNotContain("sk-aab-sk-aabc")
			.contains("sk-aasecret");
		for (int first = 0; first <= TEXT.length; first++) {
			for (int second = first; second <= TEXT.length; second++) {
				assertThat(relayed(first, second)).as("reads end at %s and %s", first, second).isEqualTo(whole);
			}
		}
	}

	@Test
	void holdsNothingBackThatBeginsNoSecret() {
		assertThat(this.redaction.begun(TEXT, 0, TEXT.length)).isZero();
		assertThat(this.redaction.begun(SECRET, 0, SECRET.length - 1)).isEqualTo(SECRET.length - 1);
		assertThat(Redaction.NONE.begun(TEXT, 0, TEXT.length)).isZero();
	}

	/** As {@code Uncharged} relays it: what may be a start waits for the rest. */
	private byte[] relayed(int... reads) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		byte[] buffer = new byte[TEXT.length];
		int held = 0;
		int from = 0;
		for (int i = 0; i <= reads.length; i++) {
			int to = (i < reads.length) ? reads[i] : TEXT.length;
			System.arraycopy(TEXT, from, buffer, held, to - from);
			int end = held + to - from;
			this.redaction.apply(buffer, 0, end);
			held = this.redaction.begun(buffer, 0, end);
			out.write(buffer, 0, end - held);
			System.arraycopy(buffer, end - held, buffer, 0, held);
			from = to;
		}
		out.write(buffer, 0, held);
		return out.toByteArray();
	}

}
