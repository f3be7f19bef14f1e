package dev.tallygate.events;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads {@link UsageSettled}, the one event that comes with every call, as it is written
 * here. It judges nothing: whatever is the least bit different, another type, a property
 * that is missing, unknown, twice there or of another kind, it leaves to the mapper,
 * which takes twice as long.
 */
final class SettledReader {

	private static final String TYPE = EventTypes.nameOf(UsageSettled.class);

	/** The properties of data as they are written. */
	private static final List<Named> ORDER = Named.all();

	private static final Map<String, Named> PROPERTIES = ORDER.stream()
		.collect(Collectors.toUnmodifiableMap((named) -> named.property().name, (named) -> named));

	private final JsonFactory factory = new JsonFactory();

	private final Map<String, KeyType> keyTypes;

	private final Map<String, UsageSettled.Operation> operations;

	private final Map<String, Credential> credentials;

	private final Map<String, UsageSettled.Status> statuses;

	private final Map<String, UsageSettled.UsageSource> usageSources;

	SettledReader(JsonMapper mapper) {
		this.keyTypes = constants(mapper, KeyType.class);
		this.operations = constants(mapper, UsageSettled.Operation.class);
		this.credentials = constants(mapper, Credential.class);
		this.statuses = constants(mapper, UsageSettled.Status.class);
		this.usageSources = constants(mapper, UsageSettled.UsageSource.class);
	}

	private static <E extends Enum<E>> Map<String, E> constants(JsonMapper mapper, Class<E> type) {
		Map<String, E> constants = new HashMap<>();
		SettledWriter.names(mapper, type).forEach((constant, name) -> constants.put(name, constant));
		return Map.copyOf(constants);
	}

	/** The event; null when it is for the mapper to say what it is. */
	@Nullable CloudEvent<?> read(byte[] bytes) {
		try (JsonParser json = this.factory.createParser(tools.jackson.core.ObjectReadContext.empty(), bytes)) {
			return new Reading(json).event();
		}
		catch (Unusual | JacksonException | IllegalArgumentException ex) {
			return null;
		}
	}

	/** One event on its way. */
	private final class Reading {

		private final JsonParser json;

		/** Which of the properties of data were there. */
		private final Map<Property, @Nullable Object> seen = new EnumMap<>(Property.class);

		Reading(JsonParser json) {
			this.json = json;
		}

		CloudEvent<?> event() throws Unusual {
			expect(this.json.nextToken() == JsonToken.START_OBJECT);
			UUID id = null;
			String source = null;
			Instant time = null;
			Long seq = null;
			String subject = null;
			UsageSettled data = null;
			int attributes = 0;
			boolean version = false;
			boolean type = false;
			boolean contentType = false;
			while (this.json.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = this.json.currentName();
				this.json.nextToken();
				attributes++;
				switch (name) {
					case "specversion" -> version = "1.0".equals(text());
					case "id" -> id = UuidV7.parse(text());
					case "source" -> source = text();
					case "type" -> type = typeIs(text());
					case "subject" -> subject = text();
					case "time" -> time = time();
					case "seq" -> seq = Long.valueOf(text());
					case "datacontenttype" -> contentType = !text().isEmpty();
					case "data" -> data = data(type);
					default -> throw Unusual.INSTANCE;
				}
			}
			expect(this.json.nextToken() == null && version && contentType && attributes == ((seq != null) ? 9 : 8));
			expect(id != null && source != null && !source.isEmpty() && time != null && data != null
					&& data.userId().toString().equals(subject));
			return new CloudEvent<>(present(id), present(source), present(time), seq, present(data));
		}

		private static boolean typeIs(String type) throws Unusual {
			expect(type.equals(TYPE));
			return true;
		}

		private UsageSettled data(boolean ofThisType) throws Unusual {
			expect(ofThisType && this.json.currentToken() == JsonToken.START_OBJECT);
			Named named = next(ORDER.getFirst());
			while (named != null) {
				this.json.nextToken();
				Object value = value(named.property());
				expect(!this.seen.containsKey(named.property()));
				this.seen.put(named.property(), value);
				named = next(ORDER.get(named.next()));
			}
			return settled();
		}

		/**
		 * Which comes next; null when none does. The name of the one that is awaited is
		 * compared, any other looked up.
		 */
		private @Nullable Named next(Named awaited) throws Unusual {
			if (this.json.nextName(awaited.name())) {
				return awaited;
			}
			return (this.json.currentToken() == JsonToken.PROPERTY_NAME)
					? present(PROPERTIES.get(this.json.currentName())) : null;
		}

		private @Nullable Object value(Property property) throws Unusual {
			boolean nothing = this.json.currentToken() == JsonToken.VALUE_NULL;
			return switch (property) {
				case STREAMED, PRICED -> flag();
				case ATTEMPTS -> count();
				case CALL_ID, USER_ID -> UuidV7.parse(text());
				case API_KEY_ID, AGENT_ID -> nothing ? null : UuidV7.parse(text());
				case KEY_TYPE -> nothing ? null : constant(SettledReader.this.keyTypes);
				case CONVERSATION_ID, REQUEST_MODEL, PRICE_VERSION -> nothing ? null : text();
				case PROVIDER, MODEL -> text();
				case OPERATION -> constant(SettledReader.this.operations);
				case CREDENTIAL -> constant(SettledReader.this.credentials);
				case STATUS -> constant(SettledReader.this.statuses);
				case USAGE_SOURCE -> constant(SettledReader.this.usageSources);
				case INPUT_TOKENS, CACHE_READ_INPUT_TOKENS, CACHE_WRITE_INPUT_TOKENS, OUTPUT_TOKENS,
						REASONING_OUTPUT_TOKENS, COST_NANOS, TIME_TO_FIRST_BYTE_MILLIS ->
					nothing ? null : Long.valueOf(number());
				case STARTED_AT, FINISHED_AT -> time();
				case PERIOD -> present(Times.month(text()));
				case DAY -> present(Times.day(text()));
				case HTTP_STATUS -> nothing ? null : count();
				case TAGS -> tags();
				case QUANTITIES -> quantities();
				case CHARGES -> charges();
				case UNPRICED_METERS -> texts();
				case REPEAT -> flag();
			};
		}

		private UsageSettled settled() throws Unusual {
			Long cost = optional(Property.COST_NANOS, Long.class);
			UUID apiKey = optional(Property.API_KEY_ID, UUID.class);
			UUID agent = optional(Property.AGENT_ID, UUID.class);
			return new UsageSettled(new CallId(required(Property.CALL_ID, UUID.class)),
					new UserId(required(Property.USER_ID, UUID.class)), (apiKey != null) ? new ApiKeyId(apiKey) : null,
					optional(Property.KEY_TYPE, KeyType.class), (agent != null) ? new AgentId(agent) : null,
					optional(Property.CONVERSATION_ID, String.class), required(Property.PROVIDER, String.class),
					optional(Property.REQUEST_MODEL, String.class), required(Property.MODEL, String.class),
					required(Property.OPERATION, UsageSettled.Operation.class),
					required(Property.STREAMED, Boolean.class), required(Property.CREDENTIAL, Credential.class),
					required(Property.STATUS, UsageSettled.Status.class),
					required(Property.USAGE_SOURCE, UsageSettled.UsageSource.class),
					optional(Property.INPUT_TOKENS, Long.class), optional(Property.CACHE_READ_INPUT_TOKENS, Long.class),
					optional(Property.CACHE_WRITE_INPUT_TOKENS, Long.class),
					optional(Property.OUTPUT_TOKENS, Long.class),
					optional(Property.REASONING_OUTPUT_TOKENS, Long.class), (cost != null) ? new NanoUsd(cost) : null,
					required(Property.PRICED, Boolean.class), optional(Property.PRICE_VERSION, String.class),
					required(Property.STARTED_AT, Instant.class), required(Property.FINISHED_AT, Instant.class),
					required(Property.PERIOD, YearMonth.class), required(Property.DAY, LocalDate.class),
					optional(Property.TIME_TO_FIRST_BYTE_MILLIS, Long.class),
					required(Property.ATTEMPTS, Integer.class), optional(Property.HTTP_STATUS, Integer.class),
					map(Property.TAGS), map(Property.QUANTITIES), null, list(Property.CHARGES),
					list(Property.UNPRICED_METERS), optional(Property.REPEAT, Boolean.class));
		}

		private <T> @Nullable T optional(Property property, Class<T> type) {
			return type.cast(this.seen.get(property));
		}

		private <T> T required(Property property, Class<T> type) throws Unusual {
			return present(optional(property, type));
		}

		@SuppressWarnings("unchecked")
		private <V> @Nullable Map<String, V> map(Property property) {
			return (Map<String, V>) this.seen.get(property);
		}

		@SuppressWarnings("unchecked")
		private <V> @Nullable List<V> list(Property property) {
			return (List<V>) this.seen.get(property);
		}

		private Map<String, String> tags() throws Unusual {
			expect(this.json.currentToken() == JsonToken.START_OBJECT);
			Map<String, String> tags = new LinkedHashMap<>();
			while (this.json.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = this.json.currentName();
				this.json.nextToken();
				expect(tags.put(name, text()) == null);
			}
			return tags;
		}

		private Map<String, Long> quantities() throws Unusual {
			expect(this.json.currentToken() == JsonToken.START_OBJECT);
			Map<String, Long> quantities = new LinkedHashMap<>();
			while (this.json.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = this.json.currentName();
				this.json.nextToken();
				expect(quantities.put(name, number()) == null);
			}
			return quantities;
		}

		private List<String> texts() throws Unusual {
			expect(this.json.currentToken() == JsonToken.START_ARRAY);
			List<String> texts = new ArrayList<>();
			while (this.json.nextToken() != JsonToken.END_ARRAY) {
				texts.add(text());
			}
			return texts;
		}

		private List<MeterCharge> charges() throws Unusual {
			expect(this.json.currentToken() == JsonToken.START_ARRAY);
			List<MeterCharge> charges = new ArrayList<>(4);
			while (this.json.nextToken() == JsonToken.START_OBJECT) {
				charges.add(charge());
			}
			expect(this.json.currentToken() == JsonToken.END_ARRAY);
			return charges;
		}

		private MeterCharge charge() throws Unusual {
			String meter = null;
			Long quantity = null;
			Long price = null;
			String multiplier = null;
			Long cost = null;
			String model = null;
			int properties = 0;
			while (this.json.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = this.json.currentName();
				this.json.nextToken();
				properties++;
				switch (name) {
					case "meter" -> meter = text();
					case "quantity" -> quantity = number();
					case "priceNanos" -> price = number();
					case "multiplier" -> multiplier = text();
					case "costNanos" -> cost = number();
					case "model" -> model = text();
					default -> throw Unusual.INSTANCE;
				}
			}
			expect(properties == 4 + ((multiplier != null) ? 1 : 0) + ((model != null) ? 1 : 0));
			return new MeterCharge(present(meter), present(quantity), present(price), multiplier,
					new NanoUsd(present(cost)), model);
		}

		private String text() throws Unusual {
			expect(this.json.currentToken() == JsonToken.VALUE_STRING);
			return this.json.getString();
		}

		private long number() throws Unusual {
			expect(this.json.currentToken() == JsonToken.VALUE_NUMBER_INT);
			return this.json.getLongValue();
		}

		private Integer count() throws Unusual {
			expect(this.json.currentToken() == JsonToken.VALUE_NUMBER_INT);
			return this.json.getIntValue();
		}

		private Boolean flag() throws Unusual {
			JsonToken token = this.json.currentToken();
			expect(token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE);
			return token == JsonToken.VALUE_TRUE;
		}

		private Instant time() throws Unusual {
			return present(Times.parse(text()));
		}

		private <E> E constant(Map<String, E> constants) throws Unusual {
			return present(constants.get(text()));
		}

		private static <T> T present(@Nullable T value) throws Unusual {
			if (value == null) {
				throw Unusual.INSTANCE;
			}
			return value;
		}

		private static void expect(boolean usual) throws Unusual {
			if (!usual) {
				throw Unusual.INSTANCE;
			}
		}

	}

	/**
	 * Those of data, as they are written; what a call seldom has is for the mapper.
	 */
	private enum Property {

		CALL_ID("callId"), USER_ID("userId"), API_KEY_ID("apiKeyId"), KEY_TYPE("keyType"), AGENT_ID("agentId"),
		CONVERSATION_ID("conversationId"), PROVIDER("provider"), REQUEST_MODEL("requestModel"), MODEL("model"),
		OPERATION("operation"), STREAMED("streamed"), CREDENTIAL("credential"), STATUS("status"),
		USAGE_SOURCE("usageSource"), INPUT_TOKENS("inputTokens"), CACHE_READ_INPUT_TOKENS("cacheReadInputTokens"),
		CACHE_WRITE_INPUT_TOKENS("cacheWriteInputTokens"), OUTPUT_TOKENS("outputTokens"),
		REASONING_OUTPUT_TOKENS("reasoningOutputTokens"), COST_NANOS("costNanos"), PRICED("priced"),
		PRICE_VERSION("priceVersion"), STARTED_AT("startedAt"), FINISHED_AT("finishedAt"), PERIOD("period"), DAY("day"),
		TIME_TO_FIRST_BYTE_MILLIS("timeToFirstByteMillis"), ATTEMPTS("attempts"), HTTP_STATUS("httpStatus"),
		TAGS("tags"), QUANTITIES("quantities"), CHARGES("charges"), UNPRICED_METERS("unpricedMeters"), REPEAT("repeat");

		private final String name;

		Property(String name) {
			this.name = name;
		}

	}

	/**
	 * A property with its name in bytes.
	 *
	 * @param next the place of the one that is written behind it
	 */
	private record Named(Property property, SerializableString name, int next) {

		static List<Named> all() {
			List<Named> all = new ArrayList<>();
			int last = Property.values().length - 1;
			for (Property property : Property.values()) {
				all.add(new Named(property, new SerializedString(property.name), Math.min(all.size() + 1, last)));
			}
			return List.copyOf(all);
		}

	}

	/** It is for the mapper to say what this is. */
	private static final class Unusual extends Exception {

		private static final long serialVersionUID = 1L;

		@SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack trace
		private static final Unusual INSTANCE = new Unusual();

		private Unusual() {
			super("unusual", null, false, false);
		}

	}

}
