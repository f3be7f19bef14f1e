package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.RequestDispatcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class WireErrorsTests {

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	private final MockFilterChain page = new MockFilterChain();

	@ParameterizedTest
	@CsvSource({ "/v1/chat/completions, 405, 405, {\"error\":, method_not_allowed",
			"/v1/messages, 405, 405, {\"type\":\"error\", method_not_allowed",
			"/v1/responses, 400, 400, {\"error\":, invalid_request",
			"/v1/messages/count_tokens, 400, 400, {\"type\":\"error\", invalid_request",
			"/v1, 400, 400, {\"error\":, invalid_request", "/v1/models, 408, 400, {\"error\":, invalid_request",
			"/v1/models, 404, 404, {\"error\":, not_found", "/v1/messages, 413, 413, {\"type\":, request_too_large",
			"/v1/models, 431, 431, {\"error\":, invalid_request" })
	void tellsInTheWordsOfTheWire(String path, int failed, int told, String envelope, String code) throws Exception {
		fail(path, failed);

		assertThat(this.page.getRequest()).as("the page for errors").isNull();
		assertThat(this.response.getStatus()).isEqualTo(told);
		assertThat(this.response.getContentType()).isEqualTo("application/json");
		assertThat(this.response.getContentAsString()).startsWith(envelope).contains("\"code\":\"" + code + '"');
		assertThat(this.response.getHeader("x-should-retry")).isEqualTo("false");
	}

	@ParameterizedTest
	@CsvSource({ "/api/prices", "/v10/models", "/" })
	void leavesToThePageWhatIsNoWires(String path) throws Exception {
		fail(path, 400);

		assertThat(this.page.getRequest()).isNotNull();
	}

	@Test
	void saysNothingBehindAnAnswerThatHasBegun() throws Exception {
		this.response.setCommitted(true);

		fail("/v1/messages", 400);

		assertThat(this.response.getContentAsString()).isEmpty();
	}

	private void fail(String path, int status) throws Exception {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/error");
		request.setAttribute(RequestDispatcher.ERROR_REQUEST_URI, path);
		request.setAttribute(RequestDispatcher.ERROR_STATUS_CODE, status);
		new WireErrors().doFilter(request, this.response, this.page);
	}

}
