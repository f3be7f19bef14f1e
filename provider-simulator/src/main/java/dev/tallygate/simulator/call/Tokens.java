package dev.tallygate.simulator.call;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tokens of one call by kind.
 *
 * @param input all of the input, of which the next nine
 * @param output all of the output, of which the last three
 */
public record Tokens(long input, long cached, long write5m, long write30m, long write1h, long write12h, long audioInput,
		long audioCached, long imageInput, long imageCached, long videoInput, long output, long reasoning,
		long audioOutput, long imageOutput) {

	/** Nothing. */
	public static final Tokens NONE = new Tokens(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

	/** What is billed when so many pieces, of all choices, were generated. */
	public static Tokens of(Answer answer, int sent) {
		Call call = answer.call();
		Directives told = call.directives();
		Room input = new Room(call.inputTokens());
		CacheUse use = call.cache();
		long cached = input.take(told.count("cached", use.read()));
		long write5m = input.take(told.count("cache-write", use.written()));
		long write30m = input.take(told.count("cache-write-30m", 0));
		long write1h = input.take(told.count("cache-write-1h", use.writtenForAnHour()));
		long write12h = input.take(told.count("cache-write-12h", 0));
		long audioCached = Math.min(cached, told.count("audio-cached", 0));
		long imageCached = Math.min(cached - audioCached, told.count("image-cached", 0));
		long audio = input.take(told.count("audio-input", 0)) + audioCached;
		long image = input.take(told.count("image-input", 0)) + imageCached;
		long video = input.take(told.count("video-input", 0));
		boolean nothing = sent == 0 && answer.allPieces() > 0;
		long hidden = nothing ? 0 : (long) call.choices() * answer.reasoning();
		Room output = new Room(sent + hidden);
		long reasoning = output.take(hidden + thoughts(answer, sent));
		long audioOutput = output.take(told.count("audio-output", 0));
		long imageOutput = output.take(told.count("image-output", 0));
		return new Tokens(call.inputTokens(), cached, write5m, write30m, write1h, write12h, audio, audioCached, image,
				imageCached, video, sent + hidden, reasoning, audioOutput, imageOutput);
	}

	/** How many of the pieces sent, a turn of each choice, are visible reasoning. */
	private static long thoughts(Answer answer, int sent) {
		int each = (answer.parts().isEmpty() || !(answer.parts().getFirst() instanceof Part.Thinking thinking)) ? 0
				: thinking.pieces();
		int choices = answer.call().choices();
		long thoughts = 0;
		for (int choice = 0; each > 0 && choice < choices; choice++) {
			thoughts += Math.min(each, (sent - choice + choices - 1) / choices);
		}
		return thoughts;
	}

	public long cacheWrites() {
		return this.write5m + this.write30m + this.write1h + this.write12h;
	}

	/**
	 * The same as disjoint meters, each token in one of them; those with nothing are left
	 * out.
	 */
	public Map<String, Long> meters(Directives told) {
		Map<String, Long> meters = new LinkedHashMap<>();
		put(meters, "input", this.input - this.cached - cacheWrites() - (this.audioInput - this.audioCached)
				- (this.imageInput - this.imageCached) - this.videoInput);
		put(meters, "cache_read", this.cached - this.audioCached - this.imageCached);
		put(meters, "cache_write_5m", this.write5m);
		put(meters, "cache_write_30m", this.write30m);
		put(meters, "cache_write_1h", this.write1h);
		put(meters, "cache_write_12h", this.write12h);
		put(meters, "audio_input", this.audioInput - this.audioCached);
		put(meters, "audio_cache_read", this.audioCached);
		put(meters, "image_input", this.imageInput - this.imageCached);
		put(meters, "image_cache_read", this.imageCached);
		put(meters, "video_input", this.videoInput);
		put(meters, "output", this.output - this.reasoning - this.audioOutput - this.imageOutput);
		put(meters, "reasoning", this.reasoning);
		put(meters, "audio_output", this.audioOutput);
		put(meters, "image_output", this.imageOutput);
		put(meters, "web_search", told.count("web-search", 0));
		put(meters, "web_fetch", told.count("web-fetch", 0));
		put(meters, "file_search", told.count("file-search", 0));
		put(meters, "code_session", told.count("code-session", 0));
		return meters;
	}

	private static void put(Map<String, Long> meters, String meter, long count) {
		if (count > 0) {
			meters.put(meter, count);
		}
	}

	/** What of a whole is not yet of a kind. */
	private static final class Room {

		private long left;

		Room(long whole) {
			this.left = whole;
		}

		long take(long wanted) {
			long taken = Math.min(wanted, this.left);
			this.left -= taken;
			return taken;
		}

	}

}
