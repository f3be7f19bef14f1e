package dev.tallygate.gateway.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.pricing.Attachment.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttachmentTokensTests {

	private final AttachmentTokens tokens = new AttachmentTokens(0);

	@Test
	void holdsTheLargestPictureOfTheModelsFamily() {
		// 2833 + 8 tiles of 5667
		assertThat(picture("openai", "gpt-4o-mini", false)).isEqualTo(48_169);
		assertThat(picture("openai", "gpt-4o-mini", true)).isEqualTo(2_833);
		// 85 + 8 tiles of 170
		assertThat(picture("openai", "gpt-4o", false)).isEqualTo(1_445);
		assertThat(picture("openai", "gpt-4o", true)).isEqualTo(85);
		assertThat(picture("anthropic", "claude-opus-5-5", false)).isEqualTo(4_784);
	}

	private long picture(String provider, String model, boolean low) {
		return this.tokens.of(List.of(new Attachment(Kind.IMAGE, 1000, low, 0)), provider, model, 128_000L);
	}

	@Test
	void goesByTheSecondsOfARecordingAndThePagesOfAFile() {
		// 60 s at 2,000 bytes a second, 10 tokens each
		assertThat(of("openai", new Attachment(Kind.AUDIO, 120_000, false, 0), 128_000L)).isEqualTo(600);
		assertThat(of("gemini", new Attachment(Kind.AUDIO, 120_000, false, 0), 128_000L)).isEqualTo(1_920);
		assertThat(of("openai", new Attachment(Kind.FILE, 5_000_000, false, 3), 128_000L)).isEqualTo(13_500);
		assertThat(of("openai", new Attachment(Kind.FILE, 50_000, false, 0), 128_000L)).isEqualTo(25_000);
	}

	@Test
	void takesTheContextWindowForWhatNobodyKnowsUnlessAnAllowanceIsSet() {
		Attachment elsewhere = new Attachment(Kind.FILE, Attachment.UNKNOWN, false, 0);
		assertThat(of("openai", elsewhere, 128_000L)).isEqualTo(128_000);
		assertThat(new AttachmentTokens(20_000).of(List.of(elsewhere, elsewhere), "openai", "gpt-4o", 128_000L))
			.isEqualTo(40_000);
		assertThat(this.tokens.of(List.of(elsewhere, elsewhere), "openai", "gpt-4o", 128_000L))
			.as("no prompt is longer than the window")
			.isEqualTo(128_000);
	}

	private long of(String provider, Attachment attachment, Long context) {
		return this.tokens.of(List.of(attachment), provider, "m", context);
	}

}
