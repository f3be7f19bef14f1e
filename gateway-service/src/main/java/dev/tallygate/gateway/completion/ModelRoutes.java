package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.provider.ProvidersUnknownException;
import dev.tallygate.security.caller.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET /v1/models} and {@code GET /v1/models/{id}}, in the form of the SDK that
 * asks: Anthropic's tell by their version header.
 */
final class ModelRoutes {

	private static final String PATH = "/v1/models";

	private static final JsonMapper JSON = JsonMapper.shared();

	private final UsableModels models;

	private final RouteMeters meters;

	ModelRoutes(UsableModels models, RouteMeters meters) {
		this.models = models;
		this.meters = meters;
	}

	/** Whether a path is served here. */
	static boolean serves(String path) {
		return path.equals(PATH) || path.startsWith(PATH + '/');
	}

	/** Whether an Anthropic SDK asks for models. */
	static boolean isAnthropic(HttpServletRequest request) {
		return serves(request.getRequestURI()) && request.getHeader("anthropic-version") != null;
	}

	/** Serves a request whose caller is known. */
	void serve(HttpServletRequest request, HttpServletResponse response, Caller caller, String token)
			throws IOException {
		boolean anthropic = isAnthropic(request);
		String id = idOf(request.getRequestURI());
		Optional<List<ListedModel>> found = find(id, caller, token);
		if (found.isEmpty()) {
			refuse(Errors.KEY_SERVICE_UNAVAILABLE, anthropic, response);
		}
		else if (id != null && found.get().isEmpty()) {
			refuse(Errors.UNKNOWN_MODEL, anthropic, response);
		}
		else {
			WireResponse.write(JSON.writeValueAsBytes(answer(id, found.get(), anthropic)), response);
		}
	}

	private void refuse(WireError error, boolean anthropic, HttpServletResponse response) throws IOException {
		this.meters.refused(error.code());
		if (anthropic) {
			WireResponse.writeAnthropic(error, response);
		}
		else {
			WireResponse.write(error, response);
		}
	}

	/** What is after the path, decoded; null when the whole list is asked for. */
	private static @Nullable String idOf(String uri) {
		if (uri.length() <= PATH.length() + 1) {
			return null;
		}
		String id = uri.substring(PATH.length() + 1);
		try {
			return StringUtils.uriDecode(id, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return id;
		}
	}

	/** Empty when it cannot be told. */
	private Optional<List<ListedModel>> find(@Nullable String id, Caller caller, String token) {
		try {
			return (id != null) ? this.models.named(caller, token, id) : this.models.all(caller, token);
		}
		catch (ProvidersUnknownException ex) {
			return Optional.empty();
		}
	}

	private static Map<String, Object> answer(@Nullable String id, List<ListedModel> found, boolean anthropic) {
		List<Map<String, Object>> models = found.stream()
			.map(anthropic ? ModelRoutes::anthropic : ModelRoutes::openAi)
			.toList();
		if (id != null) {
			return models.getFirst();
		}
		return anthropic ? anthropicList(models) : Map.of("object", "list", "data", models);
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

	/** One page with all of them. */
	private static Map<String, Object> anthropicList(List<Map<String, Object>> models) {
		Map<String, Object> list = new LinkedHashMap<>();
		list.put("data", models);
		list.put("has_more", false);
		list.put("first_id", models.isEmpty() ? null : models.getFirst().get("id"));
		list.put("last_id", models.isEmpty() ? null : models.getLast().get("id"));
		return list;
	}

}
