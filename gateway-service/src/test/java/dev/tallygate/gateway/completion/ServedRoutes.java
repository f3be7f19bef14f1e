package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.completion.relay.CallRoutes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.context.ApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Every route of a running gateway, as the framework has them: those that call a model
 * all lead into the one relay, and the others cannot reach a provider, or cost nothing
 * there.
 */
public final class ServedRoutes {

	/** By path, what serves it. */
	static final Map<String, String> WIRES = Map.of("/v1/chat/completions", "CallRoute", "/v1/messages", "CallRoute",
			"/v1/responses", "CallRoute", "/v1/embeddings", "CallRoute", "/v1/messages/count_tokens", "CountTokens",
			"/v1/responses/{response}", "StoredResponses", "/v1/models/{model}", "ModelRoutes");

	private ServedRoutes() {
	}

	/** Fails where a route is served that nobody looked at. */
	public static void check(ApplicationContext context) {
		List<WireRoute> served = context.getBean(FrontDoor.class).routes();
		assertThat(byPath(served)).isEqualTo(new TreeMap<>(WIRES));
		assertThat(CallRoutes.allLeadInto(context, served, 4)).as("through the one relay").isTrue();

		assertThat(context.getBeansOfType(RequestMappingHandlerMapping.class).values()).isNotEmpty()
			.allSatisfy((mapping) -> assertThat(mapping.getHandlerMethods()).isNotEmpty()
				.allSatisfy((at, handler) -> assertThat(at.getPatternValues())
					.as("%s: what is under /v1 is a wire's", handler)
					.allMatch((path) -> path.startsWith("/api/") || path.startsWith("/internal/")
							|| path.equals("/error") || path.startsWith("/v3/api-docs"))));
	}

	static Map<String, String> byPath(List<WireRoute> routes) {
		Map<String, String> byPath = new TreeMap<>();
		routes.forEach((route) -> byPath.put(route.pattern(), route.getClass().getSimpleName()));
		return byPath;
	}

}
