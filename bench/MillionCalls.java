import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Tells metering-service of calls of one person in this month so far, as a gateway would: bootstrap, user, key, how many. See console-pages.sh.
 */
final class MillionCalls {

	private static final String[] MODELS = { "openai:gpt-4o-mini", "openai:gpt-4o", "anthropic:claude-haiku-4.5",
			"anthropic:claude-sonnet-4", "openai:gpt-4.1", "ollama:llama3.1" };

	public static void main(String[] arguments) {
		String user = arguments[1];
		String key = arguments[2];
		int count = Integer.parseInt(arguments[3]);
		Instant now = Instant.now();
		Instant begin = YearMonth.from(now.atZone(ZoneOffset.UTC)).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
		long span = ChronoUnit.MILLIS.between(begin, now);
		String source = "/gateway/bench/" + UUID.randomUUID();
		Properties properties = new Properties();
		properties.put("bootstrap.servers", arguments[0]);
		properties.put("compression.type", "lz4");
		properties.put("linger.ms", "20");
		properties.put("batch.size", "524288");
		Random random = new Random(7);
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(properties, new StringSerializer(),
				new StringSerializer())) {
			for (int i = 0; i < count; i++) {
				Instant at = begin.plusMillis((long) (span * ((double) i / count)));
				UUID id = new UUID(at.toEpochMilli() << 16 | 0x7000 | random.nextInt(0x1000),
						0x8000000000000000L | random.nextLong() >>> 2);
				String[] model = MODELS[random.nextInt(MODELS.length)].split(":");
				int input = 100 + random.nextInt(20_000);
				int output = 1 + random.nextInt(2_000);
				long cost = model[0].equals("ollama") ? 0 : input * 150L + output * 600L;
				String json = """
						{"specversion":"1.0","id":"%1$s","source":"%2$s","type":"dev.tallygate.usage.settled.v1","subject":"%3$s","time":"%4$s","seq":"%5$d",
						"datacontenttype":"application/json","data":{"callId":"%1$s","userId":"%3$s","apiKeyId":"%6$s","keyType":"dev","provider":"%7$s",
						"requestModel":"%8$s","model":"%8$s","operation":"chat","streamed":true,"credential":"user","status":"completed","usageSource":"provider",
						"inputTokens":%9$d,"cacheReadInputTokens":0,"cacheWriteInputTokens":null,"outputTokens":%10$d,"reasoningOutputTokens":null,"costNanos":%11$d,
						"priced":true,"priceVersion":"bench","startedAt":"%4$s","finishedAt":"%4$s","period":"%12$s","day":"%13$s","timeToFirstByteMillis":120,
						"attempts":1,"httpStatus":200,"tags":{"team":"search"},"quantities":{"input":%9$d,"output":%10$d}}}"""
					.formatted(id, source, user, at, i + 1, key, model[0], model[1], input, output, cost,
							YearMonth.from(at.atZone(ZoneOffset.UTC)), at.atZone(ZoneOffset.UTC).toLocalDate());
				producer.send(new ProducerRecord<>("tallygate.usage.v1", user, json));
			}
		}
	}

}
