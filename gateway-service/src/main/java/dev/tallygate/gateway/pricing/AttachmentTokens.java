package dev.tallygate.gateway.pricing;

import dev.tallygate.pricing.ProviderNames;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How many tokens attachments can come to at most, by the rules that providers publish:
 * pictures are scaled down before they are counted, so each model family has a largest
 * one; recordings go by their seconds, files by their pages.
 */
public final class AttachmentTokens {

	/** Tiles of 512 × 512 in the largest picture after scaling, at most. */
	private static final int TILES = 8;

	private static final long LARGEST_FOR_CLAUDE = 4_784;

	/** A page as a picture and as its text. */
	private static final long PER_PAGE = 4_500;

	/** A file without pages that can be counted: so many bytes of it are one token. */
	private static final long BYTES_PER_TOKEN = 2;

	/** The slowest usual coding of speech, in bytes a second. */
	private static final long SLOWEST_SOUND = 2_000;

	private final long allowance;

	/**
	 * Counts by published rules.
	 * @param allowance tokens for what is elsewhere and of unknown size; 0 for the
	 * model's context window
	 */
	public AttachmentTokens(long allowance) {
		this.allowance = allowance;
	}

	/**
	 * The most tokens these come to.
	 * @param context the longest prompt of the model; null when not known
	 */
	public long of(List<Attachment> attachments, String provider, String model, @Nullable Long context) {
		long tokens = 0;
		long window = (context != null) ? context : Long.MAX_VALUE / 1000;
		for (Attachment each : attachments) {
			tokens += switch (each.kind()) {
				case IMAGE -> picture(provider, model, each);
				case AUDIO -> (each.bytes() < 0) ? unknown(context)
						: Math.ceilDiv(each.bytes(), SLOWEST_SOUND) * perSecond(provider);
				case FILE -> file(each, context);
			};
		}
		return Math.min(tokens, window);
	}

	private long file(Attachment file, @Nullable Long context) {
		if (file.bytes() < 0) {
			return unknown(context);
		}
		return (file.pages() > 0) ? file.pages() * PER_PAGE : Math.max(PER_PAGE, file.bytes() / BYTES_PER_TOKEN);
	}

	private long unknown(@Nullable Long context) {
		if (this.allowance > 0) {
			return this.allowance;
		}
		return (context != null) ? context : 200_000;
	}

	private static long perSecond(String provider) {
		return "openai".equals(ProviderNames.published(provider)) ? 10 : 32;
	}

	/**
	 * The largest of the model's family, or less where the header says that it is
	 * smaller. Where it is not certain whether a small one is enlarged, it is taken to
	 * be.
	 */
	private static long picture(String provider, String model, Attachment picture) {
		boolean low = picture.low();
		PictureSize size = picture.size();
		String name = model.toLowerCase(Locale.ROOT);
		String family = ProviderNames.published(provider);
		if (name.contains("claude")) {
			return (size == null) ? LARGEST_FOR_CLAUDE : Math.min(LARGEST_FOR_CLAUDE,
					Math.max(size.squares(28), Math.ceilDiv((long) size.width() * size.height(), 750)));
		}
		if (name.contains("gemini")) {
			return low ? 1_120 : 4_128;
		}
		if (name.contains("gpt-4o-mini")) {
			return low ? 2_833 : 2_833 + 5_667L * tiles(size);
		}
		if (name.contains("gpt-4o") || name.contains("gpt-4-turbo") || name.startsWith("gpt-4.5")
				|| (name.contains("gpt-4.1") && !name.contains("mini") && !name.contains("nano"))) {
			return low ? 85 : 85 + 170L * tiles(size);
		}
		if (name.startsWith("o1") || name.startsWith("o3")) {
			return low ? 75 : 75 + 150L * tiles(size);
		}
		// Patches of 32 × 32, times a factor of the model's; the dearest of both.
		long most = ("openai".equals(family) || "azure".equals(family)) ? 10_000 : 5_000;
		return (size == null) ? most : Math.clamp(size.squares(32) * 5 / 2, 85 + 170L * TILES, most);
	}

	private static long tiles(@Nullable PictureSize size) {
		return (size == null) ? TILES : Math.min(TILES, size.tiles());
	}

}
