package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.conversation.Golden.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The table in {@code docs/reference/translation.md} says what the recorded translations
 * say. With {@code -Dtranslation.record=true} it is written anew.
 */
class TranslationTableTests {

	private static final Path PAGE = Path.of("../docs/reference/translation.md");

	private static final String FROM = "<!-- made from the tests: from here -->\n";

	private static final String TO = "<!-- made from the tests: to here -->\n";

	@Test
	void saysWhatTheTestsShow() throws IOException {
		String page = Files.readString(PAGE);
		int from = page.indexOf(FROM) + FROM.length();
		int to = page.indexOf(TO);
		String table = table();
		if (Golden.RECORD) {
			Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
		}
		else {
			assertThat(page.substring(from, to)).as("run with -Dtranslation.record=true").isEqualTo(table);
		}
	}

	private static String table() throws IOException {
		StringBuilder table = new StringBuilder();
		for (Crossing crossing : Crossing.values()) {
			String title = Golden.folder(crossing).replace("-to-", " to ");
			table.append("\n### From ").append(title).append("\n\n");
			table.append("| asked | what becomes of it |\n|---|---|\n");
			for (Case recorded : Golden.cases("requests", ".json")) {
				if (recorded.crossing() == crossing) {
					row(table, recorded.json());
				}
			}
			table.append("\n| answered | what becomes of it |\n|---|---|\n");
			for (Case recorded : Golden.cases("answers", ".json")) {
				if (recorded.crossing() == crossing) {
					row(table, recorded.json());
				}
			}
		}
		table.append('\n');
		return table.toString();
	}

	private static void row(StringBuilder table, JsonNode json) {
		table.append("| ").append(json.path("title").asString()).append(" | ").append(outcome(json)).append(" |\n");
	}

	private static String outcome(JsonNode json) {
		if (json.has("refused")) {
			return "400 `not_translatable`, `" + json.path("refused").asString() + '`';
		}
		if (json.has("invalid")) {
			return "400 `invalid_request`, `" + json.path("invalid").asString() + '`';
		}
		if (json.has("unreadable")) {
			return "502 `provider_error`";
		}
		List<String> leftOut = new ArrayList<>();
		json.path("leftOut").forEach((name) -> leftOut.add('`' + name.asString() + '`'));
		return leftOut.isEmpty() ? "said" : "said, but for " + String.join(", ", leftOut);
	}

}
