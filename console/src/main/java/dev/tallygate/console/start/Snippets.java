package dev.tallygate.console.start;

import java.util.List;
import java.util.Locale;

/**
 * Programs that work as they stand, with a key filled in.
 */
final class Snippets {

	private Snippets() {
	}

	/**
	 * For one key.
	 * @param url the gateway, without a trailing slash
	 * @param key the key, or a word that stands for it
	 * @param model such as {@code openai:gpt-4o-mini}
	 */
	static List<Snippet> of(String url, String key, String model) {
		return List.of(
				new Snippet("curl", "",
						"""
								curl %s/v1/chat/completions \\
								  -H "Authorization: Bearer %s" \\
								  -H "Content-Type: application/json" \\
								  -d '{"model": "%s", "messages": [{"role": "user", "content": "Say hello"}]}'"""
							.formatted(url, key, model)),
				new Snippet("OpenAI, Python", "pip install openai", """
						from openai import OpenAI

						client = OpenAI(base_url="%s/v1", api_key="%s")
						answer = client.chat.completions.create(
						    model="%s", messages=[{"role": "user", "content": "Say hello"}])
						print(answer.choices[0].message.content)""".formatted(url, key, model)),
				new Snippet("OpenAI, Node", "npm install openai, in a file that ends in .mjs", """
						import OpenAI from "openai";

						const client = new OpenAI({ baseURL: "%s/v1", apiKey: "%s" });
						const answer = await client.chat.completions.create({
						  model: "%s", messages: [{ role: "user", content: "Say hello" }] });
						console.log(answer.choices[0].message.content);""".formatted(url, key, model)),
				new Snippet("OpenAI, Java", "com.openai:openai-java, Java 25", """
						import com.openai.client.okhttp.OpenAIOkHttpClient;
						import com.openai.models.chat.completions.ChatCompletionCreateParams;

						void main() {
						    var client = OpenAIOkHttpClient.builder().baseUrl("%s/v1").apiKey("%s").build();
						    var answer = client.chat().completions().create(ChatCompletionCreateParams.builder()
						        .model("%s").addUserMessage("Say hello").build());
						    IO.println(answer.choices().getFirst().message().content().orElse(""));
						    client.close();
						}""".formatted(url, key, model)), new Snippet("Anthropic, Python", "pip install anthropic", """
						from anthropic import Anthropic

						client = Anthropic(base_url="%s", api_key="%s")
						answer = client.messages.create(
						    model="%s", max_tokens=100, messages=[{"role": "user", "content": "Say hello"}])
						print(answer.content[0].text)""".formatted(url, key, model)),
				new Snippet("Vercel AI SDK", "npm install ai @ai-sdk/openai-compatible, in a file that ends in .mjs",
						"""
								import { generateText } from "ai";
								import { createOpenAICompatible } from "@ai-sdk/openai-compatible";

								const tallygate = createOpenAICompatible({ name: "tallygate", baseURL: "%s/v1", apiKey: "%s" });
								const { text } = await generateText({ model: tallygate("%s"), prompt: "Say hello" });
								console.log(text);"""
							.formatted(url, key, model)),
				new Snippet("LangChain4j", "dev.langchain4j:langchain4j-open-ai, Java 25", """
						import dev.langchain4j.model.openai.OpenAiChatModel;

						void main() {
						    var model = OpenAiChatModel.builder()
						        .baseUrl("%s/v1").apiKey("%s").modelName("%s").build();
						    IO.println(model.chat("Say hello"));
						}""".formatted(url, key, model)),
				new Snippet("Spring AI", "org.springframework.ai:spring-ai-starter-model-openai", """
						# application.properties; then ChatClient as usual
						spring.ai.openai.base-url=%s
						spring.ai.openai.api-key=%s
						spring.ai.openai.chat.options.model=%s""".formatted(url, key, model)),
				new Snippet("Claude Code", "npm install -g @anthropic-ai/claude-code", """
						export ANTHROPIC_BASE_URL=%s
						export ANTHROPIC_AUTH_TOKEN=%s
						claude --model %s -p "Say hello\"""".formatted(url, key, model)),
				new Snippet("Codex", "npm install -g @openai/codex",
						"""
								export TALLYGATE_KEY=%2$s
								codex exec -c model_provider=tallygate -c model=%3$s \\
								  -c 'model_providers.tallygate={name="Tallygate",base_url="%1$s/v1",env_key="TALLYGATE_KEY",wire_api="responses"}' \\
								  "Say hello\""""
							.formatted(url, key, model)));
	}

	/**
	 * One of them.
	 *
	 * @param client for what
	 * @param needs what to have first; empty where nothing
	 * @param code what to paste
	 */
	record Snippet(String client, String needs, String code) {

		/** For the address of its part of the page. */
		public String id() {
			return "for-" + this.client.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
		}

	}

}
