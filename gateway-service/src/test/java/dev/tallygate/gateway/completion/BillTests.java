package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.UsageSettled;
import dev.tallygate.simulator.BillRow;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The simulator knows what it generated and bills it by meter; the gateway only knows
 * what it was told. Both must come to the same, whatever was used and however it is told.
 */
class BillTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			chat     | input=100 output=20
			chat     | input=100 output=20 cached=30 cache-write=40
			chat     | input=100 output=20 reasoning=15
			chat     | input=100 output=20 reasoning=15 usage=reasoning-apart
			chat     | input=100 output=20 cached=60 usage=cache-hit
			chat     | input=100 output=20 cached=60 usage=cached-on-top
			chat     | input=100 output=20 audio-input=50 audio-output=10
			chat     | input=100 output=20 image-input=50 image-output=10
			chat     | input=100 output=20 video-input=50
			messages | input=100 output=20
			messages | input=100 output=20 cached=30 cache-write=20 cache-write-1h=10
			messages | input=100 output=20 cache-write=20 split=no
			messages | input=100 output=20 web-search=2 web-fetch=3
			responses| input=100 output=20 cached=30 reasoning=5
			responses| input=100 output=20 cache-write-30m=10 cache-write-12h=20
			responses| input=100 output=20 web-search=2 file-search=1 code-session=1
			""")
	void agreesWithTheProvidersOwn(String wire, String said) throws Exception {
		for (boolean streamed : new boolean[] { false, true }) {
			gateway.simulator.bill().clear();
			HttpResponse<String> answer = gateway.post("/v1/" + (wire.equals("chat") ? "chat/completions" : wire),
					request(wire, "[[sim: " + said + "]] hello", streamed));
			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
			BillRow row = gateway.simulator.bill().billed().getFirst();
			UsageSettled call = gateway.calls.theOne();
			assertThat(new TreeMap<>(call.quantities())).as("%s, streamed %s", said, streamed).isEqualTo(billed(row));
			assertThat(call.inputTokens()).isEqualTo(row.inputTokens());
			assertThat(call.outputTokens()).isEqualTo(row.outputTokens());
			gateway.calls.clear();
		}
	}

	/** Reasoning is told apart only where it has a price of its own. */
	private static Map<String, Long> billed(BillRow row) {
		Map<String, Long> meters = new TreeMap<>(row.meters());
		Long reasoning = meters.remove("reasoning");
		if (reasoning != null) {
			meters.merge("output", reasoning, Long::sum);
		}
		return meters;
	}

	private static String request(String wire, String text, boolean streamed) {
		String more = ",\"stream\":" + streamed;
		return switch (wire) {
			case "messages" -> TestGateway.ask("anthropic:claude-sonnet-4", text, more + ",\"max_tokens\":500");
			case "responses" -> "{\"model\":\"openai:gpt-4o\",\"input\":\"" + text + "\"" + more + "}";
			default -> TestGateway.ask("openai:gpt-4o", text, more);
		};
	}

}
