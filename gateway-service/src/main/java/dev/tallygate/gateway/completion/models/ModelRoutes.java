package dev.tallygate.gateway.completion.models;

import dev.tallygate.gateway.completion.Arrival;
import dev.tallygate.gateway.completion.WireRoute;
import dev.tallygate.gateway.completion.Wires;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.RouteMeters;
import dev.tallygate.gateway.completion.answer.WireResponse;
import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.OpenAiEnvelope;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.dialect.messages.AnthropicEnvelope;
import dev.tallygate.gateway.http.CallerRequest;
import dev.tallygate.gateway.http.CallerResponse;
import dev.tallygate.gateway.provider.ProvidersUnknownException;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET /v1/models} and {@code GET /v1/models/{id}}, in the form of the SDK that
 * asks, with the models that its wires get to: Anthropic's tell by their version header.
 */
final class ModelRoutes implements WireRoute {

	private static final String PATH = "/v1/models";

	private static final JsonMapper JSON = JsonMapper.shared();

	private final UsableModels models;

	private final Wires wires;

	private final RouteMeters meters;

	ModelRoutes(UsableModels models, Wires wires, RouteMeters meters) {
		this.models = models;
		this.wires = wires;
		this.meters = meters;
	}

	@Override
	public boolean serves(String path) {
		return path.equals(PATH) || path.startsWith(PATH + '/');
	}

	@Override
	public String pattern() {
		return "/v1/models/{model}";
	}

	@Override
	public List<String> methods(String path) {
		return List.of("GET");
	}

	@Override
	public Envelope envelope(CallerRequest request) {
		return envelope(isAnthropic(request));
	}

	/** Both kinds of SDK ask at the same path, so only here a header tells. */
	private static boolean isAnthropic(CallerRequest request) {
		return request.header("anthropic-version") != null;
	}

	@Override
	public void serve(Arrival arrival) throws IOException {
		boolean anthropic = isAnthropic(arrival.request());
		String path = arrival.path();
		String id = (path.length() > PATH.length() + 1) ? path.substring(PATH.length() + 1) : null;
		ModelPage page = ModelPage.of(arrival.request()).orElse(null);
		if (page == null && anthropic && id == null) {
			refuse(Errors.MODELS_LIMIT, true, arrival.response());
			return;
		}
		Optional<List<ListedModel>> found = find(id, arrival, this.wires.askedWith(envelope(anthropic)));
		if (found.isEmpty()) {
			refuse(Errors.KEY_SERVICE_UNAVAILABLE, anthropic, arrival.response());
		}
		else if (id != null && found.get().isEmpty()) {
			refuse(Errors.UNKNOWN_MODEL, anthropic, arrival.response());
		}
		else {
			WireResponse.write(JSON.writeValueAsBytes(answer(id, found.get(), anthropic, page)), envelope(anthropic),
					arrival.response());
		}
	}

	private void refuse(WireError error, boolean anthropic, CallerResponse response) throws IOException {
		this.meters.refused(error.code());
		WireResponse.write(error, envelope(anthropic), response);
	}

	private static Envelope envelope(boolean anthropic) {
		return anthropic ? AnthropicEnvelope.INSTANCE : OpenAiEnvelope.INSTANCE;
	}

	/** Empty when it cannot be told. */
	private Optional<List<ListedModel>> find(@Nullable String id, Arrival arrival, List<Wire> asking) {
		try {
			return (id != null) ? this.models.named(arrival.caller(), arrival.token(), id, asking)
					: this.models.all(arrival.caller(), arrival.token(), asking);
		}
		catch (ProvidersUnknownException ex) {
			return Optional.empty();
		}
	}

	private static Map<String, Object> answer(@Nullable String id, List<ListedModel> found, boolean anthropic,
			@Nullable ModelPage page) {
		List<Map<String, Object>> models = found.stream()
			.map(anthropic ? ModelRoutes::anthropic : ModelRoutes::openAi)
			.toList();
		if (id != null) {
			return models.getFirst();
		}
		return (anthropic && page != null) ? page.of(models) : Map.of("object", "list", "data", models);
	}

	private static Map<String, Object> openAi(ListedModel model) {
		Map<String, Object> entry = new LinkedHashMap<>();
		entry.put("id", model.target().name());
		entry.put("object", "model");
		entry.put("created", createdOf(model).getEpochSecond());
		entry.put("owned_by", model.target().provider().name());
		return entry;
	}

	private static Map<String, Object> anthropic(ListedModel model) {
		Map<String, Object> entry = new LinkedHashMap<>();
		entry.put("type", "model");
		entry.put("id", model.target().name());
		entry.put("display_name", (model.displayName() != null) ? model.displayName() : model.target().model());
		entry.put("created_at", createdOf(model).toString());
		return entry;
	}

	/** The epoch stands for "not known", as both wires have it. */
	private static Instant createdOf(ListedModel model) {
		return (model.created() != null) ? model.created() : Instant.EPOCH;
	}

}
