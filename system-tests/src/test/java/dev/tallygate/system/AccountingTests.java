package dev.tallygate.system;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.tallygate.launcher.Service;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(TallygateExtension.class)
class AccountingTests {

	@Test
	void accountsForEveryTokenOfTwoUsersAlsoAfterARestart(Tallygate tallygate) {
		Tallygate.User first = tallygate.newUser();
		Tallygate.User second = tallygate.newUser();
		for (Tallygate.User user : List.of(first, second)) {
			fiveCalls(user.sdk(tallygate));
		}
		Map<String, JsonNode> ledger = tallygate.books(first, second).awaitLedger(10);
		assertThat(ledger).hasSize(10);
		Map<String, JsonNode> bill = tallygate.books().bill(ledger.keySet());
		assertThat(bill.keySet()).isEqualTo(ledger.keySet());
		List<JsonNode> before = List.of(summary(tallygate, first), summary(tallygate, second));
		checkAgainstBill(before.get(0), first, ledger, bill);
		checkAgainstBill(before.get(1), second, ledger, bill);

		tallygate.restart();

		assertThat(tallygate.books(first, second).ledger()).isEqualTo(ledger);
		assertThat(tallygate.books().bill(ledger.keySet())).isEqualTo(bill);
		checkAgainstBill(summary(tallygate, first), first, ledger, bill);
		checkAgainstBill(summary(tallygate, second), second, ledger, bill);
	}

	/** Two streams without asking for usage, one with, two plain calls. */
	private static void fiveCalls(OpenAIClient client) {
		for (int i = 1; i <= 5; i++) {
			ChatCompletionCreateParams params = ChatCompletionCreateParams.builder()
				.model("gpt-4o-mini")
				.addUserMessage(Prompt.text("input=" + 100 * i + " output=" + 7 * i))
				.build();
			if (i % 2 == 0) {
				assertThat(client.chat().completions().create(params).usage().orElseThrow().completionTokens())
					.isEqualTo(7L * i);
			}
			else {
				stream(client, params);
			}
		}
	}

	private static void stream(OpenAIClient client, ChatCompletionCreateParams params) {
		try (StreamResponse<ChatCompletionChunk> chunks = client.chat().completions().createStreaming(params)) {
			assertThat(chunks.stream().toList()).noneMatch((chunk) -> chunk.usage().isPresent());
		}
	}

	private static JsonNode summary(Tallygate tallygate, Tallygate.User user) {
		return user.at(tallygate, Service.METERING).get("/api/users/me/usage/summary");
	}

	private static void checkAgainstBill(JsonNode summary, Tallygate.User user, Map<String, JsonNode> ledger,
			Map<String, JsonNode> bill) {
		long input = 0;
		long output = 0;
		for (Map.Entry<String, JsonNode> event : ledger.entrySet()) {
			if (event.getValue().get("userId").stringValue().equals(user.id())) {
				JsonNode billed = Objects.requireNonNull(bill.get(event.getKey()));
				input += billed.get("inputTokens").longValue();
				output += billed.get("outputTokens").longValue();
			}
		}
		JsonNode line = summary.at("/breakdown/0");
		assertThat(summary.get("breakdown")).hasSize(1);
		assertThat(summary.get("requestCount").longValue()).isEqualTo(5);
		assertThat(line.get("inputTokens").longValue()).isEqualTo(input);
		assertThat(line.get("outputTokens").longValue()).isEqualTo(output);
		assertThat(summary.get("totalCostNanos").longValue())
			.isEqualTo(input * Books.MINI_INPUT + output * Books.MINI_OUTPUT);
	}

}
