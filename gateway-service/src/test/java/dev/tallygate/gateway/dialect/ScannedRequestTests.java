package dev.tallygate.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallygate.gateway.dialect.chat.ChatWire;
import dev.tallygate.gateway.dialect.embeddings.EmbeddingsWire;
import dev.tallygate.gateway.dialect.messages.MessagesWire;
import dev.tallygate.gateway.dialect.responses.ResponsesWire;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for a request of any wire.
 */
class ScannedRequestTests {

	static Stream<Arguments> wires() {
		return Stream.of(
				Arguments.of(new ChatWire(), "\"messages\":[{\"role\":\"user\",\"content\":\"Will it rain?\"}]"),
				Arguments.of(new MessagesWire(), "\"messages\":[{\"role\":\"user\",\"content\":\"Will it rain?\"}]"),
				Arguments.of(new ResponsesWire(), "\"input\":\"Will it rain?\""),
				Arguments.of(new EmbeddingsWire(), "\"input\":\"Will it rain?\""));
	}

	@ParameterizedTest
	@MethodSource("wires")
	void keepsWhatWasFoundWhenItsBytesAreLetGo(Wire wire, String prompt) throws Exception {
		WireRequest request = read(wire, "{\"model\":\"gpt-4o\"," + prompt + '}');
		assertThat(request.inputText()).contains("Will it rain?");
		int length = request.length();

		request.letGo();

		assertThat(request.body()).isEmpty();
		assertThat(request.length()).isEqualTo(length);
		assertThat(request.model()).isEqualTo("gpt-4o");
		assertThat(request.inputTokens()).isPositive();
	}

	@ParameterizedTest
	@MethodSource("wires")
	void refusesAMemberThatIsGivenTwiceOrInOtherLetters(Wire wire, String prompt) {
		for (String again : new String[] { "\"model\":\"other\"", "\"Model\":\"other\"" }) {
			assertThatThrownBy(() -> read(wire, "{\"model\":\"gpt-4o\"," + prompt + ',' + again + '}')).as(again)
				.isInstanceOf(InvalidRequestException.class);
		}
	}

	@ParameterizedTest
	@MethodSource("wires")
	void putsTheProvidersNameWhereTheCallersStood(Wire wire, String prompt) throws Exception {
		assertThat(sent(read(wire, "{\"model\":\"mine\"," + prompt + '}')))
			.isEqualTo("{\"model\":\"theirs\"," + prompt + '}');
		assertThat(sent(read(wire, '{' + prompt + '}'))).isEqualTo("{\"model\":\"theirs\"," + prompt + '}');
	}

	private static WireRequest read(Wire wire, String json) throws Exception {
		byte[] body = json.getBytes(StandardCharsets.UTF_8);
		return wire.read(body, body.length, RequestLimits.DEFAULT);
	}

	private static String sent(WireRequest request) throws Exception {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		request.to("theirs", false).body().writeTo(out);
		return out.toString(StandardCharsets.UTF_8);
	}

}
