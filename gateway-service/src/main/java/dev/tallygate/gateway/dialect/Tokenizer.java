package dev.tallygate.gateway.dialect;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts tokens with the vocabulary of OpenAI's current models, for calls whose provider
 * does not report them. Loaded when first needed. Of a text longer than
 * {@value #COUNTED_CHARACTERS} characters, pieces from all over it are counted, and each
 * stretch is taken for what its estimate says, corrected by how far estimates of the
 * counted pieces were off: a light beginning hides no dense rest.
 * <p>
 * It counts on threads of its own. A virtual thread keeps its carrier for as long as it
 * computes, so that a few that count, or load the vocabulary, would stop every other
 * call.
 */
public final class Tokenizer implements ToLongFunction<String> {

	private static final Logger logger = LoggerFactory.getLogger(Tokenizer.class);

	private static final int COUNTED_CHARACTERS = 64 * 1024;

	private static final int SAMPLES = 32;

	private static final int SAMPLE_CHARACTERS = COUNTED_CHARACTERS / SAMPLES;

	/** Such long runs without a space make byte-pair merging slow. */
	private static final int LONGEST_PIECE = 4 * 1024;

	private static final Executor THREADS = threads(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

	private static final ReentrantLock LOADING = new ReentrantLock();

	private static volatile @Nullable Encoding vocabulary;

	/** Loads the vocabulary of estimates, so that no call waits for it. */
	public Tokenizer() {
		TokenEstimate.prepare();
	}

	private static Executor threads(int most) {
		ThreadPoolExecutor threads = new ThreadPoolExecutor(most, most, 10, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().name("tokenizer-", 0).factory());
		threads.allowCoreThreadTimeOut(true);
		return threads;
	}

	@Override
	public long applyAsLong(String text) {
		return text.isEmpty() ? 0 : CompletableFuture.supplyAsync(() -> counted(text), THREADS).join();
	}

	/** A call is settled in any case, if need be by what its text is estimated to be. */
	private static long counted(String text) {
		try {
			Encoding encoding = encoding();
			return (text.length() <= COUNTED_CHARACTERS) ? count(encoding, text, 0, text.length())
					: sampled(encoding, text);
		}
		catch (RuntimeException | LinkageError ex) {
			logger.warn("No tokenizer: a text without reported usage is charged by the rough estimate", ex);
			return guess(text, 0, text.length());
		}
	}

	private static Encoding encoding() {
		Encoding loaded = vocabulary;
		if (loaded != null) {
			return loaded;
		}
		LOADING.lock();
		try {
			Encoding first = vocabulary;
			if (first == null) {
				first = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
				vocabulary = first;
			}
			return first;
		}
		finally {
			LOADING.unlock();
		}
	}

	private static long sampled(Encoding encoding, String text) {
		long tokens = 0;
		for (int i = 0; i < SAMPLES; i++) {
			int from = (int) ((long) text.length() * i / SAMPLES);
			int to = (int) ((long) text.length() * (i + 1) / SAMPLES);
			int end = Math.min(to, from + SAMPLE_CHARACTERS);
			long counted = count(encoding, text, from, end);
			long guessed = Math.max(1, guess(text, from, end));
			tokens += counted + Math.ceilDiv(guess(text, end, to) * counted, guessed);
		}
		return tokens;
	}

	private static long guess(String text, int from, int to) {
		byte[] bytes = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
		return TokenEstimate.ofPlain(bytes);
	}

	private static long count(Encoding encoding, String text, int start, int end) {
		long tokens = 0;
		int from = start;
		while (from < end) {
			int to = pieceEnd(text, from, end);
			tokens += encoding.countTokensOrdinary(text.substring(from, to));
			from = to;
		}
		return tokens;
	}

	private static int pieceEnd(String text, int from, int length) {
		int to = Math.min(length, from + LONGEST_PIECE);
		if (to == length) {
			return to;
		}
		int space = text.lastIndexOf(' ', to);
		return (space > from) ? space : to;
	}

}
