package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.http.ContainerRequest;
import dev.tallygate.gateway.http.ContainerResponse;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Brings what the container has read to the front door and passes nothing on. It is a
 * filter, ahead of all others, and not a servlet so that the filters for our own REST
 * stay mapped to every path, which is the safe default, and yet cost a chat call nothing.
 */
final class WireFilter extends HttpFilter {

	private static final long serialVersionUID = 1L;

	/** All that is served, and what an SDK asks for whose base URL lacks the version. */
	static final List<String> PATTERNS = List.of("/v1/*", "/chat/completions", "/responses/*", "/embeddings",
			"/models/*", "/messages/*");

	private final transient FrontDoor door;

	private final boolean traced;

	WireFilter(FrontDoor door, boolean traced) {
		this.door = door;
		this.traced = traced;
	}

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException {
		ContainerRequest asked = new ContainerRequest(request);
		String pattern = this.traced ? this.door.patternOf(asked) : null;
		if (pattern != null) {
			request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, pattern);
		}
		this.door.serve(asked, new ContainerResponse(response));
	}

}
