package dev.tallygate.gateway.completion.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.http.ContainerResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletResponse;

class ClientStreamTests {

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	private final ClientStream stream = new ClientStream(new ContainerResponse(this.response), false);

	@ParameterizedTest
	@ValueSource(strings = { "data: {\"id\":1}\n\n", "event: a\ndata: id: 1\n\n", "data: x\n\n" })
	void aHeartbeatIsSetApartByAnEmptyLine(String event) throws Exception {
		send(event);

		assertThat(this.stream.heartbeat()).isTrue();
		assertThat(this.response.getContentAsString()).isEqualTo(event + ": still working\n\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "id: 7\ndata: x\n\n", "id:7\ndata: x\n\n", "data: x\nid: 7\n\n",
			"event: a\r\nid: 7\r\ndata: x\r\n\r\n", "data: x\rid: 7\r\r" })
	void amongEventsWithIdsItHasNoEmptyLineThatWouldEndAnotherEvent(String event) throws Exception {
		send(event);
		send("data: y\n\n");

		assertThat(this.stream.heartbeat()).isTrue();
		assertThat(this.response.getContentAsString()).isEqualTo(event + "data: y\n\n: still working\n");
	}

	@Test
	void noHeartbeatComesBeforeTheFirstEventOrAfterTheLast() throws Exception {
		assertThat(this.stream.heartbeat()).isTrue();
		assertThat(this.response.getContentAsString()).isEmpty();

		send("data: x\n\n");
		this.stream.close();

		assertThat(this.stream.heartbeat()).isTrue();
		assertThat(this.response.getContentAsString()).isEqualTo("data: x\n\n");
	}

	private void send(String event) throws Exception {
		byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
		this.stream.send(() -> this.stream.write(bytes, 0, bytes.length));
	}

}
