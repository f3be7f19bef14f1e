package dev.tallygate.events;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events as bytes: CloudEvents 1.0 in structured JSON (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">JSON
 * event format</a>). Reading ignores attributes and fields it does not know; writing
 * always puts {@code type} before {@code data}, which lets reading skip the detour over a
 * tree.
 */
public final class EventCodec {

	/** The content type of an encoded event. */
	public static final String CONTENT_TYPE = "application/cloudevents+json";

	/** The largest event that is read, in bytes. */
	public static final int MAX_BYTES = 256 * 1024;

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(
					StreamReadConstraints.builder().maxNestingDepth(32).maxDocumentLength(MAX_BYTES).build())
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.build())
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
		.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
		.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
		.build();

	private static final SettledWriter SETTLED_WRITER = new SettledWriter(MAPPER);

	private static final SettledReader SETTLED_READER = new SettledReader(MAPPER);

	private EventCodec() {
	}

	/**
	 * Encodes an event, nulls included.
	 */
	public static byte[] encode(CloudEvent<?> event) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
		encode(event, bytes);
		return bytes.toByteArray();
	}

	/**
	 * Encodes an event into a stream, which it closes.
	 */
	public static void encode(CloudEvent<?> event, OutputStream out) {
		try (JsonGenerator json = MAPPER.createGenerator(out)) {
			json.writeStartObject();
			json.writeStringProperty("specversion", "1.0");
			json.writeStringProperty("id", event.id().toString());
			json.writeStringProperty("source", event.source());
			json.writeStringProperty("type", event.type());
			json.writeStringProperty("subject", event.data().userId().toString());
			json.writeStringProperty("time", Times.text(event.time()));
			if (event.seq() != null) {
				json.writeStringProperty("seq", event.seq().toString());
			}
			json.writeStringProperty("datacontenttype", "application/json");
			if (event.data() instanceof UsageSettled settled) {
				json.writeName("data");
				SETTLED_WRITER.write(json, settled);
			}
			else {
				json.writePOJOProperty("data", event.data());
			}
			json.writeEndObject();
		}
	}

	/**
	 * Decodes an event.
	 * @throws UndecodableEventException when the bytes are no event this version can
	 * read; the message is safe to log
	 */
	public static CloudEvent<?> decode(byte[] bytes) throws UndecodableEventException {
		if (bytes.length > MAX_BYTES) {
			throw invalid("larger than " + MAX_BYTES + " bytes");
		}
		CloudEvent<?> settled = SETTLED_READER.read(bytes);
		return (settled != null) ? settled : decodeAny(bytes);
	}

	/** Whatever it is, and with a reason when it is nothing. */
	static CloudEvent<?> decodeAny(byte[] bytes) throws UndecodableEventException {
		try (JsonParser json = MAPPER.createParser(bytes)) {
			return new Reader().read(json);
		}
		catch (JacksonException ex) {
			throw new UndecodableEventException("not a valid event: " + reasonOf(ex), ex, false);
		}
	}

	/** The reason without the excerpt of the source that the full message may carry. */
	private static String reasonOf(JacksonException ex) {
		return ex.getClass().getSimpleName() + " at "
				+ ex.getPath().stream().map((reference) -> String.valueOf(reference.getPropertyName())).toList();
	}

	private static UndecodableEventException invalid(String reason) {
		return new UndecodableEventException(reason, null, false);
	}

	/** Collects the attributes in whatever order they come. */
	private static final class Reader {

		private @Nullable String specversion;

		private @Nullable String id;

		private @Nullable String source;

		private @Nullable String type;

		private @Nullable String time;

		private @Nullable String subject;

		private @Nullable Long seq;

		private @Nullable EventData data;

		private @Nullable JsonNode deferred;

		CloudEvent<?> read(JsonParser json) throws UndecodableEventException {
			if (json.nextToken() != JsonToken.START_OBJECT) {
				throw invalid("not a JSON object");
			}
			while (json.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = json.currentName();
				json.nextToken();
				attribute(json, name);
			}
			if (json.nextToken() != null) {
				throw invalid("something follows the JSON object");
			}
			return event();
		}

		private void attribute(JsonParser json, String name) throws UndecodableEventException {
			switch (name) {
				case "specversion" -> this.specversion = text(json, name);
				case "id" -> this.id = text(json, name);
				case "source" -> this.source = text(json, name);
				case "type" -> this.type = text(json, name);
				case "time" -> this.time = text(json, name);
				case "subject" -> this.subject = text(json, name);
				case "seq" -> this.seq = number(json);
				case "data" -> data(json);
				default -> json.skipChildren();
			}
		}

		private void data(JsonParser json) {
			Class<? extends EventData> known = (this.type != null) ? EventTypes.classOf(this.type) : null;
			if (known != null) {
				this.data = MAPPER.readValue(json, known);
			}
			else {
				this.deferred = MAPPER.readTree(json);
			}
		}

		private CloudEvent<?> event() throws UndecodableEventException {
			if (!"1.0".equals(this.specversion)) {
				throw invalid("specversion is not 1.0");
			}
			String type = required(this.type, "type");
			UUID id = uuid(required(this.id, "id"));
			String source = required(this.source, "source");
			Instant time = instant(required(this.time, "time"));
			EventData data = known(type);
			String missing = RequiredComponents.firstMissing(data);
			if (missing != null) {
				throw invalid("data." + missing + " is missing");
			}
			if (this.subject != null && !this.subject.equals(data.userId().toString())) {
				throw invalid("subject and data disagree on the user");
			}
			return new CloudEvent<>(id, source, time, this.seq, data);
		}

		private EventData known(String type) throws UndecodableEventException {
			if (this.data != null) {
				return this.data;
			}
			Class<? extends EventData> known = EventTypes.classOf(type);
			if (known == null) {
				throw new UndecodableEventException("unknown type", null, true);
			}
			if (this.deferred == null || !this.deferred.isObject()) {
				throw invalid("data is missing");
			}
			return MAPPER.treeToValue(this.deferred, known);
		}

		/** Older writers gave a number, of which CloudEvents takes only 32 bits. */
		private static @Nullable Long number(JsonParser json) throws UndecodableEventException {
			return switch (json.currentToken()) {
				case VALUE_NULL -> null;
				case VALUE_NUMBER_INT -> json.getLongValue();
				case VALUE_STRING -> parsed(json.getString());
				default -> throw invalid("seq is not a number");
			};
		}

		private static Long parsed(String seq) throws UndecodableEventException {
			try {
				return Long.valueOf(seq);
			}
			catch (NumberFormatException ex) {
				throw new UndecodableEventException("seq is not a number", ex, false);
			}
		}

		private static String text(JsonParser json, String name) throws UndecodableEventException {
			if (json.currentToken() != JsonToken.VALUE_STRING) {
				throw invalid(name + " is not a string");
			}
			return json.getString();
		}

		private static String required(@Nullable String value, String name) throws UndecodableEventException {
			if (value == null || value.isEmpty()) {
				throw invalid(name + " is missing");
			}
			return value;
		}

		private static UUID uuid(String value) throws UndecodableEventException {
			try {
				return UuidV7.parse(value);
			}
			catch (IllegalArgumentException ex) {
				throw new UndecodableEventException("id is not a UUID", ex, false);
			}
		}

		private static Instant instant(String value) throws UndecodableEventException {
			try {
				return java.time.OffsetDateTime.parse(value).toInstant();
			}
			catch (java.time.format.DateTimeParseException ex) {
				throw new UndecodableEventException("time is not RFC 3339", ex, false);
			}
		}

	}

}
