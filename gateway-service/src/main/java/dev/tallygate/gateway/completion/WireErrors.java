package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.completion.answer.WireResponse;
import dev.tallygate.gateway.http.ContainerResponse;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Tells in the words of its wire what the container refuses under {@code /v1} and would
 * send to the page for errors, which speaks as our own REST does: a method that it does
 * not pass on, a body whose chunks are none.
 */
final class WireErrors extends HttpFilter {

	private static final long serialVersionUID = 1L;

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		String path = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI));
		if (response.isCommitted() || !(path.startsWith("/v1/") || path.equals("/v1"))) {
			chain.doFilter(request, response);
			return;
		}
		Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		WireResponse.write(ContainerErrors.of((status instanceof Integer code) ? code : 500),
				FrontDoor.envelopeAt(path), new ContainerResponse(response));
	}

}
