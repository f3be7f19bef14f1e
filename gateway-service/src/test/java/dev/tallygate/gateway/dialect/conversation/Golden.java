package dev.tallygate.gateway.dialect.conversation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The recorded translations under {@code src/test/resources/translation}. With
 * {@code -Dtranslation.record=true} what is translated now is written into them, to be
 * looked at before it is committed.
 */
final class Golden {

	static final boolean RECORD = Boolean.getBoolean("translation.record");

	static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	private static final Path ROOT = Path.of("src/test/resources/translation");

	private Golden() {
	}

	/** One recorded translation. */
	record Case(Crossing crossing, Path file) {

		String name() {
			return this.file.getFileName().toString().replaceAll("\\..*", "");
		}

		ObjectNode json() throws IOException {
			return (ObjectNode) JSON.readTree(Files.readAllBytes(this.file));
		}

		void record(ObjectNode json) throws IOException {
			Files.writeString(this.file, JSON.writeValueAsString(json) + '\n');
		}

		Path beside(String ending) {
			return this.file.resolveSibling(name() + ending);
		}

		String text(String ending) throws IOException {
			return Files.readString(beside(ending));
		}

		@Override
		public String toString() {
			return folder(this.crossing) + '/' + name();
		}

	}

	static List<Case> cases(String kind, String ending) throws IOException {
		List<Case> cases = new ArrayList<>();
		for (Crossing crossing : Crossing.values()) {
			Path folder = ROOT.resolve(folder(crossing)).resolve(kind);
			if (Files.isDirectory(folder)) {
				try (Stream<Path> files = Files.list(folder)) {
					files.filter((file) -> file.toString().endsWith(ending))
						.sorted()
						.forEach((file) -> cases.add(new Case(crossing, file)));
				}
			}
		}
		return cases;
	}

	static String folder(Crossing crossing) {
		return crossing.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/** A request that asks for little, in the words of the crossing's caller. */
	static JsonNode plainRequest(Crossing crossing) {
		return JSON.readTree(switch (crossing) {
			case CHAT_TO_MESSAGES -> """
					{"model":"m","stream":true,"stream_options":{"include_usage":true},
					 "messages":[{"role":"user","content":"Hi"}]}""";
			case MESSAGES_TO_CHAT -> """
					{"model":"m","stream":true,"max_tokens":100,"messages":[{"role":"user","content":"Hi"}]}""";
			case RESPONSES_TO_CHAT, RESPONSES_TO_MESSAGES -> """
					{"model":"m","stream":true,"input":"Hi","tools":[{"type":"custom","name":"apply_patch"},
					 {"type":"namespace","name":"agents","tools":[{"type":"function","name":"spawn"}]}]}""";
		});
	}

	static CrossedRequest cross(Crossing crossing, JsonNode request, String model) throws Exception {
		byte[] body = JSON.writeValueAsBytes(request);
		return crossing.request(body, body.length, model, null);
	}

	/** What is another each time, made the same. */
	static String steady(String text) {
		return text.replaceAll("\"created(_at)?\"( ?): ?\\d+", "\"created$1\"$2:0")
			.replaceAll("(call_|msg_|chatcmpl-|resp_)[0-9a-f]{32}", "$1random")
			.replaceAll("(msg_|rs_|fc_|ctc_)[0-9a-f]{32}_(\\d)", "$1random_$2");
	}

	static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
