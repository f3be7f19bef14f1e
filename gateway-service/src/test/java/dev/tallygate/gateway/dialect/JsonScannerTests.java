package dev.tallygate.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.gateway.dialect.JsonScanner.Token;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonScannerTests {

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", " 1 ", "-0.5e+10", "\"\"", "\"\\u00e9\\\\ \\ud83d\\ude00\"", "true",
			"{\"a\":{\"b\":[1,2,{\"c\":null}]},\"d\":false}", "[[],{},[{}]]", "\"\u00e9\u4e2d\ud83d\ude00\"" })
	void takesWhatIsJson(String text) {
		assertThat(isJson(text.getBytes(StandardCharsets.UTF_8))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "01", "1.", "1e", "-", "+1", "NaN",
			"tru", "\"\\x\"", "\"\\u12g4\"", "\"a", "\"\t\"", "1 2", "{} {}", "[1}", "{\"a\":1]", "\ufeff{}", "'a'",
			"[1 2]", "{\"a\" 1}", "{,}", "[,1]" })
	void refusesWhatIsNot(String text) {
		assertThat(isJson(text.getBytes(StandardCharsets.UTF_8))).isFalse();
	}

	@Test
	void refusesWhatIsNoUtf8() {
		int[][] broken = { { 0xC0, 0x80 }, { 0xC1, 0xBF }, { 0xE0, 0x80, 0x80 }, { 0xED, 0xA0, 0x80 },
				{ 0xF0, 0x80, 0x80, 0x80 }, { 0xF4, 0x90, 0x80, 0x80 }, { 0xF5, 0x80, 0x80, 0x80 }, { 0x80 }, { 0xC3 },
				{ 0xE2, 0x82 }, { 0xC3, 0x28 }, { 0xFF } };
		for (int[] bytes : broken) {
			byte[] text = new byte[bytes.length + 2];
			text[0] = '"';
			for (int i = 0; i < bytes.length; i++) {
				text[i + 1] = (byte) bytes[i];
			}
			text[text.length - 1] = '"';
			assertThat(isJson(text)).isFalse();
		}
	}

	@Test
	void refusesDepthBeyondTheLimitWithoutAStack() {
		assertThatExceptionOfType(MalformedJsonException.class)
			.isThrownBy(() -> scanAll("[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8)))
			.withMessageContaining("nested more than 128 deep");
	}

	@Test
	void refusesANumberOfAHundredThousandDigits() {
		assertThat(isJson("9".repeat(100_000).getBytes(StandardCharsets.UTF_8))).isFalse();
	}

	@Test
	void tellsWhereTokensAre() throws MalformedJsonException {
		byte[] text = " {\"a\" : [1, \"x\"] }".getBytes(StandardCharsets.UTF_8);
		JsonScanner json = new JsonScanner(text, 0, text.length, 8);
		assertThat(json.next()).isEqualTo(Token.OBJECT_START);
		assertThat(json.next()).isEqualTo(Token.KEY);
		assertThat(json.textIs("a")).isTrue();
		assertThat(json.skipValue()).isEqualTo(Token.ARRAY_START);
		assertThat(new String(text, json.start(), json.end() - json.start(), StandardCharsets.UTF_8))
			.isEqualTo("[1, \"x\"]");
		assertThat(json.next()).isEqualTo(Token.OBJECT_END);
		assertThat(json.next()).isEqualTo(Token.END);
	}

	@Test
	void saturatesNumbersAndUnescapesTexts() throws MalformedJsonException {
		assertThat(only("99999999999999999999").wholeNumber()).isEqualTo(Long.MAX_VALUE);
		assertThat(only("9223372036854775807").wholeNumber()).isEqualTo(Long.MAX_VALUE);
		assertThat(only("1000").wholeNumber()).isEqualTo(1000);
		assertThat(only("1e3").wholeNumber()).isEqualTo(-1);
		assertThat(only("-1").wholeNumber()).isEqualTo(-1);
		assertThat(only("\"m\\u006fdel\\n\"").text()).isEqualTo("model\n");
		assertThat(only("\"m\\u006fdel\"").textIs("model")).isTrue();
	}

	/**
	 * Whatever Jackson refuses of mutated texts, this refuses, and the other way round.
	 */
	@Test
	void agreesWithJacksonOnMutatedTexts() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		JsonMapper jackson = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
		byte[] base = "{\"model\":\"gpt\",\"n\":[1,-2.5e3,true,null,{\"x\":\"a\\n\\u00e9\"}],\"s\":\"abc\"}"
			.getBytes(StandardCharsets.UTF_8);
		byte[] alphabet = "{}[],:\"\\0159-+.eEtfnul \n\tabx".getBytes(StandardCharsets.UTF_8);
		for (int round = 0; round < 20_000; round++) {
			byte[] text = base.clone();
			for (int i = random.nextInt(1, 4); i > 0; i--) {
				text[random.nextInt(text.length)] = alphabet[random.nextInt(alphabet.length)];
			}
			assertThat(isJson(text)).as("seed %d: %s", seed, new String(text, StandardCharsets.UTF_8))
				.isEqualTo(isJson(jackson, text));
		}
	}

	private static boolean isJson(byte[] text) {
		try {
			scanAll(text);
			return true;
		}
		catch (MalformedJsonException ex) {
			return false;
		}
	}

	private static boolean isJson(JsonMapper jackson, byte[] text) {
		try {
			jackson.readTree(text);
			return true;
		}
		catch (JacksonException ex) {
			return false;
		}
	}

	private static JsonScanner only(String text) throws MalformedJsonException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		JsonScanner json = new JsonScanner(bytes, 0, bytes.length, 8);
		json.next();
		return json;
	}

	private static void scanAll(byte[] text) throws MalformedJsonException {
		JsonScanner json = new JsonScanner(text, 0, text.length, 128);
		Token token = json.next();
		while (token != Token.END) {
			token = json.next();
		}
	}

}
