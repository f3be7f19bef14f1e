package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Role;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Items of earlier responses that a request names instead of saying them again: all users
 * of the operator's key share one account at the provider.
 */
class ReferencedItemsTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	private static final String STRANGER = "a-stranger";

	@BeforeEach
	void aStranger() {
		gateway.callers.put(STRANGER, new Caller(new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()), KeyType.DEV,
				Role.MEMBER, null, null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'type':'item_reference','id':'@'}", "{'id':'@'}", "{'type':null,'id':'@'}",
			"{'id':'@','type':'item\\u005freference'}", "{'type':'reasoning','id':'@','summary':[]}",
			"{'type':'reasoning','summary':[],'encrypted_content':null,'id':'@'}" })
	void isReachedByWhoMadeItOnlyAndHeldInEveryForm(String form) throws Exception {
		String item = items("one [[sim: input=10 output=3000]]", "").getFirst();
		String reference = form.replace('\'', '"');

		gateway.calls.admitUpTo(2_950);
		assertThat(ask(reference.replace("@", item), TestGateway.TOKEN).statusCode()).isEqualTo(402);
		gateway.calls.admitUpTo(4_000);
		HttpResponse<String> mine = ask(reference.replace("@", item), TestGateway.TOKEN);
		HttpResponse<String> theirs = ask(reference.replace("@", item), STRANGER);
		HttpResponse<String> nobodys = ask(reference.replace("@", "msg_nobody"), STRANGER);

		assertThat(mine.statusCode()).as(mine.body()).isEqualTo(200);
		assertThat(theirs.statusCode()).isEqualTo(404);
		assertThat(theirs.body()).isEqualTo(nobodys.body()).contains("item");
	}

	@Test
	void anItemOfAStreamIsKnownAtItsEnd() throws Exception {
		for (String item : items("one [[sim: output=30 reasoning=20]]", ",\"stream\":true")) {
			HttpResponse<String> mine = ask("{\"type\":\"item_reference\",\"id\":\"" + item + "\"}", TestGateway.TOKEN);
			assertThat(mine.statusCode()).as(mine.body()).isEqualTo(200);
		}
	}

	@Test
	void severalItemsOfOneResponseAreHeldOnce() throws Exception {
		List<String> items = items("one [[sim: input=10 output=3000 reasoning=1000]]", "");
		String both = "{\"type\":\"item_reference\",\"id\":\""
				+ String.join("\"},{\"type\":\"item_reference\",\"id\":\"", items) + "\"}";
		String other = items("two [[sim: input=10 output=2000]]", "").getFirst();

		gateway.calls.admitUpTo(4_500);
		assertThat(ask(both, TestGateway.TOKEN).statusCode()).isEqualTo(200);
		assertThat(ask(both + ",{\"id\":\"" + other + "\"}", TestGateway.TOKEN).statusCode()).isEqualTo(402);
		gateway.calls.admitUpTo(7_000);
		assertThat(ask(both + ",{\"id\":\"" + other + "\"}", TestGateway.TOKEN).statusCode()).isEqualTo(200);
	}

	/** There it is the caller's own, whoever made it. */
	@Test
	void anUnknownItemAtACallersOwnKeyMayFillTheWindow() throws Exception {
		gateway.reveal("openai", Credential.USER, TestGateway.SYSTEM_KEY);

		gateway.calls.admitUpTo(127_999);
		assertThat(ask("{\"type\":\"item_reference\",\"id\":\"msg_elsewhere\"}", TestGateway.TOKEN).statusCode())
			.isEqualTo(402);
		gateway.calls.admitUpTo(128_200);
		assertThat(ask("{\"type\":\"item_reference\",\"id\":\"msg_elsewhere\"}", TestGateway.TOKEN).statusCode())
			.isEqualTo(200);
	}

	@Test
	void whatIsSaidInFullIsNoReference() throws Exception {
		for (String item : List.of(
				"{\"type\":\"message\",\"role\":\"assistant\",\"id\":\"msg_1\",\"content\":[{\"type\":\"output_text\",\"text\":\"Yes.\"}]}",
				"{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":\"abcd\"}",
				"{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"So.\"}]}",
				"{\"role\":\"user\",\"id\":\"x\",\"content\":\"two\"}")) {
			HttpResponse<String> answer = ask(item, TestGateway.TOKEN);
			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		}
	}

	@Test
	void nobodyNamesAsManyAsTheyLike() throws Exception {
		HttpResponse<String> answer = ask("{\"id\":\"msg_1\"},".repeat(5_000) + "{\"id\":\"msg_1\"}",
				TestGateway.TOKEN);
		assertThat(answer.statusCode()).isEqualTo(404);
		StringBuilder many = new StringBuilder("{\"id\":\"msg\"}");
		for (int i = 0; i < 2_000; i++) {
			many.append(",{\"id\":\"msg_").append(i).append("\"}");
		}
		assertThat(ask(many.toString(), TestGateway.TOKEN).statusCode()).isEqualTo(400);
	}

	/** The ids of a new response's items. */
	private static List<String> items(String prompt, String more) throws Exception {
		HttpResponse<String> answer = gateway.post("/v1/responses",
				"{\"model\":\"openai:gpt-4o\",\"input\":\"" + prompt + "\"" + more + "}");
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		await().until(() -> gateway.calls.open() == 0);
		String body = answer.body().strip();
		JsonNode told = JsonMapper.shared()
			.readTree(more.isEmpty() ? body : body.substring(body.lastIndexOf("data: ") + 6));
		List<String> ids = new ArrayList<>();
		(more.isEmpty() ? told : told.path("response")).path("output")
			.forEach((item) -> ids.add(item.path("id").stringValue()));
		assertThat(ids).isNotEmpty();
		return ids;
	}

	private static HttpResponse<String> ask(String items, String token) throws Exception {
		return gateway.post("/v1/responses",
				"{\"model\":\"openai:gpt-4o\",\"input\":[{\"role\":\"user\",\"content\":\"go on\"}," + items + "]}",
				"Authorization", "Bearer " + token);
	}

}
