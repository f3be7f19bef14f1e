package dev.tallygate.gateway.dialect.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.pricing.Attachment;
import dev.tallygate.pricing.Meter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestTests {

	private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{"model":"a",@}                               | {"model":"b",@}
					{ "model" : "a" , "x":1.0, @ }                | { "model" : "b" , "x":1.0, @ }
					{@}                                           | {"model":"b",@}
					{"model":null,@}                              | {"model":"b",@}
					{"model":"a",@,"stream":true}                 | {"model":"b",@,"stream":true,"stream_options":{"include_usage":true}}
					{"stream_options":null,"model":"a",@,"stream":true}     | {"stream_options":{"include_usage":true},"model":"b",@,"stream":true}
					{"stream_options":{},"model":"a",@,"stream":true}       | {"stream_options":{"include_usage":true},"model":"b",@,"stream":true}
					{"stream_options":{"x":1},"model":"a",@,"stream":true}  | {"stream_options":{"include_usage":true,"x":1},"model":"b",@,"stream":true}
					{"stream_options":{"include_usage":false},"model":"a",@,"stream":true} | {"stream_options":{"include_usage":true},"model":"b",@,"stream":true}
					{"stream_options":{"include_usage": true},"model":"a",@,"stream":true} | {"stream_options":{"include_usage": true},"model":"b",@,"stream":true}
					{"model":"a",@,"stream":false,"stream_options":{}}      | {"model":"b",@,"stream":false,"stream_options":{}}
					""")
	void onlyModelAndUsageAreChanged(String request, String expected) throws Exception {
		ChatRequest chat = scan(request.replace("@", MESSAGES));

		assertThat(written(chat.rewritten("b", true))).isEqualTo(expected.replace("@", MESSAGES));
	}

	@Test
	void theSameModelLeavesEveryByteAsItCame() throws Exception {
		String request = "{\"model\":\"b\",  " + MESSAGES + ",\n\"new_thing\":{\"deep\":[1e400,\"\u00e9\"]}}\n";

		assertThat(written(scan(request).rewritten("b", true))).isEqualTo(request);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"model\":1,@}", "{\"model\":{},@}", "{\"stream\":\"yes\",@}", "{\"stream\":1,@}",
			"{\"stream_options\":[],@}", "{\"stream_options\":{\"include_usage\":1},@}", "{\"max_tokens\":\"10\",@}",
			"{\"max_tokens\":-1,@}", "{\"max_tokens\":1.5,@}", "{\"max_tokens\":1e999999,@}",
			"{\"max_completion_tokens\":[],@}", "{\"n\":0,@}", "{\"n\":129,@}", "{\"n\":\"1\",@}", "{}", "[]", "\"x\"",
			"{\"messages\":{}}", "{\"messages\":null}", "{\"model\":\"a\",\"model\":\"b\",@}",
			"{\"model\":\"a\",\"mod\\u0065l\":\"b\",@}", "{\"Model\":\"b\",@}", "{\"MODEL\":\"b\",\"model\":\"a\",@}",
			"{\"max_to\u212Aens\":5,@}", "{\"\u017Ftream\":true,@}",
			"{\"stream_options\":{\"include_usage\":true,\"include_usage\":false},@}",
			"{\"stream_options\":{\"Include_Usage\":true},@}" })
	void refusesWhatCouldMeanSomethingElseToTheProvider(String request) {
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> scan(request.replace("@", MESSAGES)));
	}

	@Test
	void readsWhatAdmissionNeeds() throws Exception {
		ChatRequest chat = scan("{\"max_tokens\":10,\"max_completion_tokens\":20,\"n\":3,\"stream\":true," + MESSAGES
				+ ",\"stream_options\":{\"include_usage\":true}}");

		assertThat(chat.maxOutputTokens()).isEqualTo(20);
		assertThat(chat.choices()).isEqualTo(3);
		assertThat(chat.stream()).isTrue();
		assertThat(chat.usageAsked()).isTrue();
		assertThat(chat.model()).isNull();
		assertThat(chat.inputTokens()).isBetween(3L, 12L);
		assertThat(chat.inputText()).isEqualTo("user\nhi\n");
	}

	/** As llama.cpp answers it. */
	@Test
	void anAnswerOfNoTokensMayStillHaveOne() throws Exception {
		assertThat(scan("{\"max_tokens\":0," + MESSAGES + "}").maxOutputTokens()).isEqualTo(1);
	}

	@Test
	void anAttachmentIsToldByItsPlaceAndNotByItsLetters() throws Exception {
		String image = "data:image/png;base64," + "A".repeat(100_000);
		ChatRequest chat = scan("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
				+ "\"image_url\":{\"url\":\"" + image + "\",\"detail\":\"low\"}},"
				+ "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAAAAAAA\",\"format\":\"wav\"}},"
				+ "{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}]}]}");

		assertThat(chat.inputTokens()).isLessThan(60);
		assertThat(chat.inputText()).doesNotContain("AAAA");
		assertThat(chat.attachments()).containsExactly(new Attachment(Attachment.Kind.IMAGE, 75_016, true, 0),
				new Attachment(Attachment.Kind.AUDIO, 6, false, 0),
				new Attachment(Attachment.Kind.FILE, Attachment.UNKNOWN, false, 0));
		assertThat(chat.reach().meters()).containsExactlyInAnyOrder(Meter.IMAGE_INPUT, Meter.AUDIO_INPUT);

		String log = "data: {\\\"a\\\": 1}\\n".repeat(4000);
		ChatRequest text = scan("{\"messages\":[{\"role\":\"user\",\"content\":\"" + log + "\"}]}");
		assertThat(text.attachments()).isEmpty();
		assertThat(text.inputTokens()).isGreaterThan(4000 * 7);
		assertThat(text.inputText()).contains("data: {");
	}

	@Test
	void readsWhatHasPricesOfItsOwn() throws Exception {
		ChatRequest chat = scan("{\"service_tier\":\"priority\"," + MESSAGES
				+ ",\"modalities\":[\"text\",\"audio\"],\"web_search_options\":{},"
				+ "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}},"
				+ "{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":3}]}");

		assertThat(chat.reach().asked().serviceTier()).isEqualTo("priority");
		assertThat(chat.reach().meters()).contains(Meter.AUDIO_OUTPUT);
		assertThat(chat.reach().pieces()).isEqualTo(Map.of(Meter.WEB_SEARCH, 3L));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b c d e f g h", "government of the people", "1 2 3 44 555 6666", "x=y+z; t" })
	void theEstimateCoversEveryWord(String text) throws Exception {
		ChatRequest chat = scan("{\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}");

		assertThat(chat.inputTokens()).isGreaterThanOrEqualTo(text.split(" ").length);
	}

	private static ChatRequest scan(String request) throws Exception {
		byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
		return ChatRequest.scan(bytes, bytes.length, RequestLimits.DEFAULT);
	}

	private static String written(SplicedBody body) throws Exception {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		body.writeTo(out);
		assertThat(out.size()).isEqualTo(body.length());
		return out.toString(StandardCharsets.UTF_8);
	}

}
