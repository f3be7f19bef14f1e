package dev.tallygate.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.chat.ChatWire;
import dev.tallygate.gateway.dialect.messages.MessagesWire;
import dev.tallygate.gateway.dialect.responses.ResponsesWire;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a tool was called with is text to a model, whatever its members are called.
 */
class ToolArgumentsTests {

	private static final String TEXT = "The rain in Spain stays mainly in the plain, says who. ".repeat(2_000);

	private final Tokenizer tokenizer = new Tokenizer();

	@ParameterizedTest
	@ValueSource(strings = { "{\"url\":\"%s\"}", "{\"id\":{\"type\":[\"%s\"]}}", "{\"%s\":0}",
			"{\"encrypted_content\":\"%s\"}", "{\"file\":\"%s\"}", "{\"source\":{\"data\":\"%s\"}}" })
	void countAsTheyAreWritten(String arguments) throws Exception {
		counts(messages(arguments.formatted(TEXT)), TEXT);
	}

	@Test
	void countWithTheirNumbers() throws Exception {
		String numbers = IntStream.range(0, 10_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
		counts(messages("{\"at\":[" + numbers + "]}"), numbers);
		counts(chat("{\"at\":[" + numbers + "]}"), numbers);
		counts(responses("{\"type\":\"local_shell_call\",\"action\":{\"env\":[" + numbers + "]}}"), numbers);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"file_id\":\"F1\"}", "{\"file_url\":\"https://a.example\"}", "{\"image_url\":\"here\"}",
			"{\"source\":{\"type\":\"url\",\"url\":\"https://a.example\"}}" })
	void attachNothing(String arguments) throws Exception {
		assertThat(messages(arguments).attachments()).isEmpty();
		assertThat(chat(arguments).attachments()).isEmpty();
		assertThat(responses("{\"type\":\"tool_search_call\",\"arguments\":" + arguments + '}').attachments())
			.isEmpty();
		assertThat(messages(arguments).inputText()).contains(arguments);
		assertThat(chat(arguments).inputText()).contains(arguments);
	}

	@Test
	void attachNothingByTheNamesInASchema() throws Exception {
		String schema = "{\"type\":\"object\",\"properties\":{\"file_id\":{\"type\":\"string\"}}}";
		assertThat(
				responses("{\"type\":\"mcp_list_tools\",\"tools\":[{\"name\":\"f\",\"input_schema\":" + schema + "}]}")
					.attachments())
			.isEmpty();
	}

	@Test
	void hideNoAttachmentBesideThem() throws Exception {
		String block = "{\"type\":\"document\",\"source\":{\"type\":\"file\",\"file_id\":\"F1\"}}";
		assertThat(read(new MessagesWire(),
				"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
						+ "{\"type\":\"tool_use\",\"input\":{\"file_id\":\"F2\"}}," + block + "]}]}")
			.attachments()).hasSize(1);
	}

	@Test
	void aListIsNotWhatStoodBeforeIt() throws Exception {
		WireRequest request = read(new ResponsesWire(),
				"{\"model\":\"m\",\"input\":[{\"id\":\"a\"},\"" + TEXT + "\"]}");
		counts(request, TEXT);
	}

	private void counts(WireRequest request, String text) {
		assertThat(request.inputTokens()).isGreaterThanOrEqualTo(this.tokenizer.applyAsLong(text));
		assertThat(request.inputText()).contains(text);
	}

	private static WireRequest messages(String arguments) throws Exception {
		return read(new MessagesWire(),
				"{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"assistant\",\"content\":[{\"input\":"
						+ arguments + ",\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\"}]}]}");
	}

	private static WireRequest chat(String arguments) throws Exception {
		return read(new ChatWire(),
				"{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"t\","
						+ "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":" + arguments + "}}]}]}");
	}

	private static WireRequest responses(String item) throws Exception {
		return read(new ResponsesWire(), "{\"model\":\"m\",\"input\":[" + item + "]}");
	}

	private static WireRequest read(Wire wire, String json) throws Exception {
		byte[] body = json.getBytes(StandardCharsets.UTF_8);
		return wire.read(body, body.length, RequestLimits.DEFAULT);
	}

}
