package dev.tallygate.gateway.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.pricing.Attachment.Kind;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
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
	void holdsLessForAPictureWhoseHeaderSaysThatItIsSmaller() {
		// 200 × 100: 8 × 4 squares of 28, more than 20,000 / 750
		assertThat(sized("anthropic", "claude-opus-5-5", 200, 100)).isEqualTo(32);
		// 1,000,000 / 750, more than 36 × 36 squares
		assertThat(sized("anthropic", "claude-opus-5-5", 1000, 1000)).isEqualTo(1334);
		assertThat(sized("anthropic", "claude-opus-5-5", 9000, 9000)).isEqualTo(4_784);
		// as published: 1024 × 1024 becomes 768 × 768, 4 tiles; 2048 × 4096 becomes 768 ×
		// 1536, 6 tiles
		assertThat(sized("openai", "gpt-4o", 1024, 1024)).isEqualTo(765);
		assertThat(sized("openai", "gpt-4o", 2048, 4096)).isEqualTo(1_105);
		assertThat(sized("openai", "gpt-4o-mini", 1024, 1024)).isEqualTo(2_833 + 4 * 5_667);
		assertThat(sized("openai", "gpt-5.4", 9000, 9000)).isEqualTo(10_000);
	}

	private long sized(String provider, String model, int width, int height) {
		return this.tokens.of(List.of(new Attachment(Kind.IMAGE, 1000, false, 0, new PictureSize(width, height))),
				provider, model, 128_000L);
	}

	@Test
	void readsTheSizeFromTheHeader() throws IOException {
		for (String format : List.of("png", "gif", "jpg")) {
			for (int[] size : new int[][] { { 1, 1 }, { 640, 480 }, { 31, 2000 } }) {
				byte[] picture = ("data:image;base64," + encoded(format, size[0], size[1]))
					.getBytes(StandardCharsets.US_ASCII);
				assertThat(PictureSize.of(picture, 18, picture.length)).as("%s %d x %d", format, size[0], size[1])
					.isEqualTo(new PictureSize(size[0], size[1]));
			}
		}
		for (String none : List.of("", "AAAA", "iVBORw0KGgo=", "/9j/4AAQ", "not base64!", "R0lGODdhAAAAAA==")) {
			byte[] bytes = none.getBytes(StandardCharsets.US_ASCII);
			assertThat(PictureSize.of(bytes, 0, bytes.length)).as(none).isNull();
		}
	}

	private static String encoded(String format, int width, int height) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out);
		return Base64.getEncoder().encodeToString(out.toByteArray());
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
