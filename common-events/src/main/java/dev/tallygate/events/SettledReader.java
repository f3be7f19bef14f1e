package dev.tallygate.events;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
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

	/** Each property once, so many in all at most. */
	private static final int MAX_PROPERTIES = 64;

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
		private final Map<String, @Nullable Object> seen = HashMap.newHashMap(MAX_PROPERTIES);

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
			while (this.json.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = this.json.currentName();
				this.json.nextToken();
				Object value = value(name);
				expect(this.seen.size() < MAX_PROPERTIES && !this.seen.containsKey(name));
				this.seen.put(name, value);
			}
			expect(this.seen.containsKey("streamed") && this.seen.containsKey("priced")
					&& this.seen.containsKey("attempts"));
			return settled();
		}

		private @Nullable Object value(String name) throws Unusual {
			boolean nothing = this.json.currentToken() == JsonToken.VALUE_NULL;
			return switch (name) {
				case "streamed", "priced" -> flag();
				case "attempts" -> count();
				case "callId", "userId" -> UuidV7.parse(text());
				case "apiKeyId", "agentId" -> nothing ? null : UuidV7.parse(text());
				case "keyType" -> nothing ? null : constant(SettledReader.this.keyTypes);
				case "conversationId", "requestModel", "priceVersion" -> nothing ? null : text();
				case "provider", "model" -> text();
				case "operation" -> constant(SettledReader.this.operations);
				case "credential" -> constant(SettledReader.this.credentials);
				case "status" -> constant(SettledReader.this.statuses);
				case "usageSource" -> constant(SettledReader.this.usageSources);
				case "inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens", "outputTokens",
						"reasoningOutputTokens", "costNanos", "timeToFirstByteMillis" ->
					nothing ? null : Long.valueOf(number());
				case "startedAt", "finishedAt" -> time();
				case "period" -> present(Times.month(text()));
				case "day" -> present(Times.day(text()));
				case "httpStatus" -> nothing ? null : count();
				case "tags" -> tags();
				case "quantities" -> quantities();
				case "charges" -> charges();
				case "unpricedMeters" -> texts();
				case "repeat" -> flag();
				default -> throw Unusual.INSTANCE;
			};
		}

		private UsageSettled settled() throws Unusual {
			Long cost = optional("costNanos", Long.class);
			UUID apiKey = optional("apiKeyId", UUID.class);
			UUID agent = optional("agentId", UUID.class);
			return new UsageSettled(new CallId(required("callId", UUID.class)),
					new UserId(required("userId", UUID.class)), (apiKey != null) ? new ApiKeyId(apiKey) : null,
					optional("keyType", KeyType.class), (agent != null) ? new AgentId(agent) : null,
					optional("conversationId", String.class), required("provider", String.class),
					optional("requestModel", String.class), required("model", String.class),
					required("operation", UsageSettled.Operation.class), required("streamed", Boolean.class),
					required("credential", Credential.class), required("status", UsageSettled.Status.class),
					required("usageSource", UsageSettled.UsageSource.class), optional("inputTokens", Long.class),
					optional("cacheReadInputTokens", Long.class), optional("cacheWriteInputTokens", Long.class),
					optional("outputTokens", Long.class), optional("reasoningOutputTokens", Long.class),
					(cost != null) ? new NanoUsd(cost) : null, required("priced", Boolean.class),
					optional("priceVersion", String.class), required("startedAt", Instant.class),
					required("finishedAt", Instant.class), required("period", YearMonth.class),
					required("day", LocalDate.class), optional("timeToFirstByteMillis", Long.class),
					required("attempts", Integer.class), optional("httpStatus", Integer.class), map("tags"),
					map("quantities"), null, list("charges"), list("unpricedMeters"),
					optional("repeat", Boolean.class));
		}

		private <T> @Nullable T optional(String name, Class<T> type) {
			return type.cast(this.seen.get(name));
		}

		private <T> T required(String name, Class<T> type) throws Unusual {
			return present(optional(name, type));
		}

		@SuppressWarnings("unchecked")
		private <V> @Nullable Map<String, V> map(String name) {
			return (Map<String, V>) this.seen.get(name);
		}

		@SuppressWarnings("unchecked")
		private <V> @Nullable List<V> list(String name) {
			return (List<V>) this.seen.get(name);
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
