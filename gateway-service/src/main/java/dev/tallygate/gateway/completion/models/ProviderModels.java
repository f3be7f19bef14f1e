package dev.tallygate.gateway.completion.models;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.tallygate.events.Credential;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.Origin;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamException;
import dev.tallygate.gateway.provider.UpstreamRequest;
import dev.tallygate.gateway.provider.UpstreamRequest.Field;
import dev.tallygate.gateway.routing.ModelNames;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.gateway.usage.ModelLabels;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The providers' own lists of models, kept for minutes per provider and credential. A
 * provider that does not answer, or not with a list, is asked again soon, and has what it
 * listed last until then: a list that fails hides nothing that can be called.
 */
final class ProviderModels {

	private static final Logger logger = LoggerFactory.getLogger(ProviderModels.class);

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final int BUFFER_SIZE = 8 * 1024;

	/** The year 2286; what is later is no time a model was made. */
	private static final long MAX_EPOCH_SECOND = 9_999_999_999L;

	private final UpstreamClient client;

	private final ModelListProperties properties;

	private final ModelLabels labels;

	private final AsyncCache<Asked, Answer> answers;

	/** What each said last, for as long as it says nothing else. */
	private final Cache<Asked, Answer> last;

	ProviderModels(UpstreamClient client, ModelListProperties properties, ModelLabels labels) {
		this.client = client;
		this.labels = labels;
		this.properties = properties;
		this.answers = Caffeine.newBuilder()
			.maximumSize(properties.maxLists())
			.expireAfter(Expiry.<Asked, Answer>writing((asked, answer) -> lifeOf(answer)))
			.executor((task) -> Thread.ofVirtual().name("list-models").start(task))
			.buildAsync();
		this.last = Caffeine.newBuilder().maximumSize(properties.maxLists()).build();
	}

	private Duration lifeOf(Answer answer) {
		return answer.given() ? this.properties.keep() : this.properties.keepUnanswered();
	}

	/** What a provider lists for a credential; one caller asks for all that wait. */
	CompletableFuture<List<ListedModel>> of(Provider provider, ProviderAccess access) {
		return this.answers.get(Asked.of(provider, access), (asked) -> answerOf(asked, provider, access))
			.thenApply(Answer::models);
	}

	/**
	 * What a provider listed last, without asking it: for the operator's key or for none,
	 * for what people's own accounts have is their own.
	 */
	Set<String> listed(String provider) {
		Set<String> models = new HashSet<>();
		this.last.asMap().forEach((asked, answer) -> {
			if (asked.provider().equals(provider) && asked.credential() != Credential.USER) {
				answer.models().forEach((model) -> models.add(model.target().model()));
			}
		});
		return models;
	}

	private Answer answerOf(Asked asked, Provider provider, ProviderAccess access) {
		Answer answer = ask(provider, access);
		if (answer.given()) {
			this.last.put(asked, answer);
			return answer;
		}
		Answer before = this.last.getIfPresent(asked);
		return (before != null) ? new Answer(false, before.models()) : answer;
	}

	private Answer ask(Provider provider, ProviderAccess access) {
		try {
			return attempt(provider, access);
		}
		catch (UpstreamException | RuntimeException ex) {
			return noneFrom(provider, ex);
		}
	}

	private static Answer noneFrom(Provider provider, Exception ex) {
		logger.debug("{} told no list of models: {}", provider.name(), ex.getClass().getSimpleName());
		return Answer.NONE;
	}

	private Answer attempt(Provider provider, ProviderAccess access) throws UpstreamException {
		try (UpstreamCall call = this.client.open(access.origin(), this.properties.timeout())) {
			int status = call.exchange(request(access));
			if (status != 200) {
				logger.debug("{} answered with status {} when asked for its models", provider.name(), status);
				return Answer.NONE;
			}
			return new Answer(true, read(call, provider, access));
		}
	}

	private static UpstreamRequest request(ProviderAccess access) {
		List<Field> fields = new ArrayList<>(4);
		fields.add(new Field("Accept", "application/json"));
		fields.add(new Field("User-Agent", "Tallygate"));
		boolean anthropic = access.dialect() == Dialect.ANTHROPIC;
		if (anthropic) {
			fields.add(new Field("anthropic-version", "2023-06-01"));
		}
		if (access.key() != null) {
			fields.add(access.key()
				.useText((key) -> anthropic ? new Field("x-api-key", key)
						: new Field("Authorization", "Bearer " + key)));
		}
		return new UpstreamRequest("GET", access.basePath() + (anthropic ? "/models?limit=1000" : "/models"), fields,
				null, true);
	}

	private List<ListedModel> read(UpstreamCall call, Provider provider, ProviderAccess access)
			throws UpstreamException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		byte[] buffer = new byte[BUFFER_SIZE];
		int count = call.read(buffer, 0, buffer.length);
		while (count >= 0) {
			body.write(buffer, 0, count);
			if (body.size() > this.properties.maxAnswer().toBytes()) {
				logger.warn("{} lists more models than {}; none of them are listed here", provider.name(),
						this.properties.maxAnswer());
				return List.of();
			}
			count = call.read(buffer, 0, buffer.length);
		}
		Redaction redaction = (access.key() != null) ? access.key().use(Redaction::of) : Redaction.NONE;
		List<ListedModel> models = new ArrayList<>();
		for (JsonNode entry : JSON.readTree(body.toByteArray()).path("data")) {
			ListedModel model = model(entry, provider, redaction);
			if (model != null) {
				models.add(model);
				this.labels.listed(provider.name(), model.target().model());
			}
		}
		return List.copyOf(models);
	}

	/** A name that could not be asked for, or that quotes the key, is not listed. */
	private static @Nullable ListedModel model(JsonNode entry, Provider provider, Redaction redaction) {
		String id = text(entry, "id", redaction);
		if (id == null || !ModelNames.isName(id)) {
			return null;
		}
		return new ListedModel(new Target(provider, id), text(entry, "display_name", redaction), createdOf(entry),
				null);
	}

	private static @Nullable String text(JsonNode entry, String member, Redaction redaction) {
		JsonNode value = entry.path(member);
		if (!value.isString() || value.stringValue().length() > ModelNames.MAX_LENGTH
				|| redaction.isIn(value.stringValue())) {
			return null;
		}
		return value.stringValue();
	}

	private static @Nullable Instant createdOf(JsonNode entry) {
		JsonNode seconds = entry.path("created");
		if (seconds.isIntegralNumber() && seconds.canConvertToLong() && seconds.longValue() > 0
				&& seconds.longValue() <= MAX_EPOCH_SECOND) {
			return Instant.ofEpochSecond(seconds.longValue());
		}
		JsonNode time = entry.path("created_at");
		try {
			return time.isString() ? Instant.parse(time.stringValue()) : null;
		}
		catch (DateTimeParseException ex) {
			return null;
		}
	}

	/** A changed key has another version, so its list is asked for anew. */
	private record Asked(String provider, Origin origin, String basePath, Credential credential,
			@Nullable UUID credentialId, long version) {

		static Asked of(Provider provider, ProviderAccess access) {
			return new Asked(provider.name(), access.origin(), access.basePath(), access.credential(),
					access.credentialId(), access.version());
		}

	}

	private record Answer(boolean given, List<ListedModel> models) {

		static final Answer NONE = new Answer(false, List.of());

	}

}
