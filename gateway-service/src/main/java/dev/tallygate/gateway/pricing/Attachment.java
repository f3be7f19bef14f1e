package dev.tallygate.gateway.pricing;

import org.jspecify.annotations.Nullable;

/**
 * A picture, recording or file in a request, as its place on the wire tells it.
 *
 * @param kind what it is
 * @param bytes how large it is, decoded; -1 when it is elsewhere and nobody here knows
 * @param low whether the caller asked for a picture to be looked at coarsely
 * @param pages the pages counted in it, 0 when none could be
 * @param size of a picture, as its header says; null when nobody here knows
 */
public record Attachment(Kind kind, long bytes, boolean low, int pages, @Nullable PictureSize size) {

	/** One whose size in pixels nobody here knows. */
	public Attachment(Kind kind, long bytes, boolean low, int pages) {
		this(kind, bytes, low, pages, null);
	}

	/** The size of what is elsewhere. */
	public static final long UNKNOWN = -1;

	/** What is attached. */
	public enum Kind {

		/** A picture. */
		IMAGE,
		/** A recording. */
		AUDIO,
		/** A file, such as a PDF. */
		FILE

	}

}
