package dev.tallygate.gateway.dialect;

import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.pricing.Attachment;
import dev.tallygate.gateway.pricing.PictureSize;
import dev.tallygate.gateway.pricing.Attachment.Kind;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Reach;
import dev.tallygate.pricing.Served;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a request costs beside its text: what is attached, and what it asks for that
 * has prices of its own. An attachment is told by its place on the wire, never by its
 * letters: text that begins with {@code data:} is text.
 */
public final class InputNotes {

	/** Members whose value is an attachment. */
	private static final Set<String> PLACES = Set.of("image_url", "input_audio", "file", "file_data", "file_id",
			"file_url", "source");

	/** More are no honest request's, and are counted all the same. */
	private static final int MAX_KEPT = 10_000;

	/** Of a larger file the pages are not counted. */
	private static final int MAX_DECODED = 8 * 1024 * 1024;

	private static final long UNBOUNDED = -1;

	private final List<Attachment> attachments = new ArrayList<>();

	private final Set<Meter> meters = EnumSet.noneOf(Meter.class);

	private final Map<Meter, Long> pieces = new EnumMap<>(Meter.class);

	private int cachePoints;

	private int hours;

	private int otherLives;

	private @Nullable String serviceTier;

	private @Nullable String region;

	private @Nullable String speed;

	/** What is attached. */
	public List<Attachment> attachments() {
		return List.copyOf(this.attachments);
	}

	/** What the request may be charged for. */
	public Reach reach() {
		return new Reach(new Served(this.serviceTier, false, this.region, this.speed), this.meters, this.pieces);
	}

	/** Reads a member that every wire may have; whether it was one. */
	public boolean member(String name, JsonScanner json) throws MalformedJsonException {
		switch (name) {
			case "service_tier" -> this.serviceTier = text(json);
			case "inference_geo" -> this.region = text(json);
			case "speed" -> this.speed = text(json);
			// The provider itself chooses what to cache.
			case "cache_control" -> cachePoint(json);
			case "prompt_cache_retention" -> {
				json.skipValue();
				this.meters.add(Meter.CACHE_WRITE_12H);
			}
			case "modalities" -> {
				json.skipValue();
				this.meters.add(Meter.AUDIO_OUTPUT);
				this.meters.add(Meter.IMAGE_OUTPUT);
			}
			case "web_search_options" -> {
				json.skipValue();
				this.pieces.put(Meter.WEB_SEARCH, UNBOUNDED);
			}
			default -> {
				return false;
			}
		}
		return true;
	}

	private static @Nullable String text(JsonScanner json) throws MalformedJsonException {
		return (json.skipValue() == Token.STRING && json.end() - json.start() <= 64) ? json.text() : null;
	}

	/** Whether the name just found stands before an attachment. */
	public static boolean isPlace(JsonScanner json) {
		return PLACES.contains(json.text());
	}

	/**
	 * Reads a member inside a message or a tool that says for how long the text before it
	 * is to be cached; whether it was one.
	 */
	public boolean cacheControl(JsonScanner json) throws MalformedJsonException {
		if (!json.textIs("cache_control")) {
			return false;
		}
		cachePoint(json);
		return true;
	}

	private void cachePoint(JsonScanner json) throws MalformedJsonException {
		int outside = json.depth();
		Token first = json.next();
		this.cachePoints += (first != Token.NULL) ? 1 : 0;
		if (first == Token.OBJECT_START) {
			while (json.next() == Token.KEY) {
				boolean ttl = json.textIs("ttl");
				Token value = json.skipValue();
				if (ttl && value != Token.NULL) {
					cacheLife(json, value);
				}
			}
		}
		while (json.depth() > outside) {
			json.next();
		}
	}

	private void cacheLife(JsonScanner json, Token value) {
		if (value == Token.STRING && json.textIs("1h")) {
			this.meters.add(Meter.CACHE_WRITE_1H);
			this.hours++;
		}
		else if (value != Token.STRING || !json.textIs("5m")) {
			this.otherLives++;
		}
	}

	/** The one cache life that is asked for; null when none is, or several are. */
	public @Nullable Meter cacheLife() {
		if (this.cachePoints == 0 || this.otherLives > 0) {
			return null;
		}
		if (this.hours == 0) {
			return Meter.CACHE_WRITE_5M;
		}
		return (this.hours == this.cachePoints) ? Meter.CACHE_WRITE_1H : null;
	}

	/**
	 * Reads the value of a place.
	 * @param name the place
	 * @param type what the part around it calls itself, as far as it was read
	 * @return tokens of text that was there instead
	 */
	public long attachment(String name, @Nullable String type, JsonScanner json, byte[] body)
			throws MalformedJsonException {
		int outside = json.depth();
		Token first = json.next();
		if (first == Token.STRING) {
			return string(name, type, json, body);
		}
		if (first != Token.OBJECT_START) {
			while (json.depth() > outside) {
				json.next();
			}
			return 0;
		}
		return object(name, type, json, body, outside);
	}

	private long string(String name, @Nullable String type, JsonScanner json, byte[] body) {
		int from = json.start() + 1;
		int to = json.end() - 1;
		switch (name) {
			case "image_url" -> add(isHere(body, from, to) ? picture(body, from, to, false)
					: new Attachment(Kind.IMAGE, Attachment.UNKNOWN, false, 0));
			case "file_data" -> add(file(body, from, to));
			case "file_id", "file_url" -> add(new Attachment(kindOf(type), Attachment.UNKNOWN, false, 0));
			default -> {
				return TokenEstimate.of(body, from, to);
			}
		}
		return 0;
	}

	private static Kind kindOf(@Nullable String type) {
		return (type != null && type.contains("image")) ? Kind.IMAGE : Kind.FILE;
	}

	private long object(String name, @Nullable String type, JsonScanner json, byte[] body, int outside)
			throws MalformedJsonException {
		long text = 0;
		int dataFrom = -1;
		int dataTo = -1;
		String key = "";
		String kind = "";
		String media = "";
		boolean low = false;
		while (json.depth() > outside) {
			Token token = json.next();
			if (token == Token.KEY) {
				key = json.text();
				cacheControl(json);
			}
			else if (token == Token.STRING) {
				switch (key) {
					case "type" -> kind = json.text();
					case "media_type" -> media = json.text();
					case "detail" -> low = json.textIs("low");
					case "data", "file_data" -> {
						dataFrom = json.start() + 1;
						dataTo = json.end() - 1;
					}
					case "url" -> {
						if (isHere(body, json.start() + 1, json.end() - 1)) {
							dataFrom = json.start() + 1;
							dataTo = json.end() - 1;
						}
					}
					case "file_id", "filename", "format", "file_url" -> {
						// says where it is
					}
					default -> text += TokenEstimate.of(body, json.start() + 1, json.end() - 1);
				}
			}
		}
		if ("source".equals(name) && ("text".equals(kind) || "content".equals(kind))) {
			return text + ((dataFrom >= 0) ? TokenEstimate.of(body, dataFrom, dataTo) : 0);
		}
		long size = (dataFrom >= 0) ? size(dataTo - dataFrom) : Attachment.UNKNOWN;
		if ("image_url".equals(name) || media.startsWith("image/") || (type != null && type.contains("image"))) {
			add((dataFrom >= 0) ? picture(body, dataFrom, dataTo, low) : new Attachment(Kind.IMAGE, size, low, 0));
		}
		else if ("input_audio".equals(name) || media.startsWith("audio/")) {
			add(new Attachment(Kind.AUDIO, size, false, 0));
		}
		else {
			add((dataFrom >= 0) ? file(body, dataFrom, dataTo)
					: new Attachment(Kind.FILE, Attachment.UNKNOWN, false, 0));
		}
		return text;
	}

	/** Whether an address carries what it stands for. */
	private static boolean isHere(byte[] body, int from, int to) {
		return to - from > 5 && body[from] == 'd' && body[from + 1] == 'a' && body[from + 4] == ':';
	}

	private void add(Attachment attachment) {
		if (this.attachments.size() < MAX_KEPT) {
			this.attachments.add(attachment);
		}
		switch (attachment.kind()) {
			case IMAGE -> this.meters.add(Meter.IMAGE_INPUT);
			case AUDIO -> this.meters.add(Meter.AUDIO_INPUT);
			case FILE -> {
				// is text and pictures
			}
		}
	}

	/** Four letters hold three bytes. */
	private static long size(long letters) {
		return letters * 3 / 4;
	}

	private static Attachment file(byte[] body, int from, int to) {
		return new Attachment(Kind.FILE, size(to - from), false, pages(body, from, to));
	}

	/** A picture that is here, be it behind the head of a {@code data:} address. */
	private static Attachment picture(byte[] body, int from, int to, boolean low) {
		return new Attachment(Kind.IMAGE, size(to - from), low, 0, PictureSize.of(body, data(body, from, to), to));
	}

	private static int data(byte[] body, int from, int to) {
		int start = from;
		for (int i = from; i < Math.min(to, from + 128); i++) {
			start = (body[i] == ',') ? i + 1 : start;
		}
		return start;
	}

	/** Pages that a PDF names outside its compressed parts. */
	private static int pages(byte[] body, int from, int to) {
		int start = data(body, from, to);
		if (to - start > MAX_DECODED || to - start < 8) {
			return 0;
		}
		try {
			return pages(Base64.getDecoder().decode(Arrays.copyOfRange(body, start, to)));
		}
		catch (IllegalArgumentException ex) {
			return 0;
		}
	}

	private static int pages(byte[] pdf) {
		byte[] mark = { '/', 'P', 'a', 'g', 'e' };
		int pages = 0;
		for (int i = 0; i + mark.length < pdf.length; i++) {
			if (pdf[i] == '/' && Arrays.equals(pdf, i, i + mark.length, mark, 0, mark.length)
					&& !Character.isLetterOrDigit(pdf[i + mark.length]) && isTyped(pdf, i)) {
				pages++;
			}
		}
		return pages;
	}

	/** Whether it comes after {@code /Type}. */
	private static boolean isTyped(byte[] pdf, int at) {
		int i = at - 1;
		while (i > 4 && pdf[i] <= ' ') {
			i--;
		}
		return i >= 4 && pdf[i] == 'e' && pdf[i - 1] == 'p' && pdf[i - 2] == 'y' && pdf[i - 3] == 'T';
	}

	/**
	 * Notes the tools in {@code [from, to)} that the provider itself runs and charges
	 * for.
	 */
	public void tools(byte[] body, int from, int to) throws MalformedJsonException {
		JsonScanner json = new JsonScanner(body, from, to, 1000);
		String type = null;
		long uses = UNBOUNDED;
		if (json.next() != Token.ARRAY_START) {
			return;
		}
		int inside = json.depth();
		while (json.depth() >= inside) {
			Token token = json.next();
			if (token == Token.KEY) {
				boolean ofTool = json.depth() == inside + 1;
				if (ofTool && json.textIs("type")) {
					type = text(json);
				}
				else if (ofTool && json.textIs("max_uses")) {
					uses = (json.skipValue() == Token.NUMBER) ? Math.max(0, json.wholeNumber()) : UNBOUNDED;
				}
				else if (InputTexts.isFree(json.text())) {
					json.skipValue();
				}
				else {
					cacheControl(json);
				}
			}
			else if (token == Token.OBJECT_END && json.depth() == inside) {
				tool(type, uses);
				type = null;
				uses = UNBOUNDED;
			}
		}
	}

	private void tool(@Nullable String type, long uses) {
		if (type == null) {
			return;
		}
		if (type.startsWith("web_search")) {
			this.pieces.put(Meter.WEB_SEARCH, uses);
		}
		else if (type.startsWith("web_fetch")) {
			this.pieces.put(Meter.WEB_FETCH, uses);
		}
		else if (type.startsWith("file_search")) {
			this.pieces.put(Meter.FILE_SEARCH, uses);
		}
		else if (type.startsWith("code_interpreter")) {
			this.pieces.put(Meter.CODE_SESSION, 1L);
		}
		else if (type.startsWith("image_generation")) {
			this.meters.add(Meter.IMAGE_OUTPUT);
		}
	}

}
