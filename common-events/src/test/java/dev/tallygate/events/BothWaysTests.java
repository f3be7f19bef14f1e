package dev.tallygate.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Versions run side by side while an installation is upgraded, and topics keep for weeks
 * what an older one wrote. {@code golden-first} has each event as the first release wrote
 * it; it is never edited.
 */
class BothWaysTests {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final Path FIRST = Path.of("src/test/resources/golden-first");

	private static final Path NOW = Path.of("src/test/resources/golden");

	static Stream<Path> firstEvents() throws IOException {
		List<Path> files;
		try (Stream<Path> all = Files.list(FIRST)) {
			files = all.sorted().toList();
		}
		assertThat(files).hasSize(18);
		return files.stream();
	}

	@ParameterizedTest
	@MethodSource("firstEvents")
	void readsWhatTheFirstReleaseWrote(Path file) throws Exception {
		CloudEvent<?> event = EventCodec.decode(Files.readAllBytes(file));
		List<String> lost = new ArrayList<>();
		compare("", read(file), JSON.readTree(EventCodec.encode(event)), true, lost);
		assertThat(lost).allMatch((each) -> each.startsWith("/seq was 42 and is \"42\""));
	}

	/**
	 * What the first release reads: it ignores what it does not know and needs the rest
	 * as it was. One thing is not as it was, and is why readers are upgraded before
	 * gateways: the sequence number is text since CloudEvents' SDKs refuse large
	 * integers, and the first release reads only a number.
	 */
	@ParameterizedTest
	@MethodSource("firstEvents")
	void writesWhatTheFirstReleaseReads(Path file) {
		List<String> changed = new ArrayList<>();
		compare("", read(file), read(NOW.resolve(file.getFileName())), false, changed);
		assertThat(changed).allMatch((each) -> each.startsWith("/seq was 42 and is \"42\""));
	}

	/** Today's schema takes what was written then. */
	@ParameterizedTest
	@MethodSource("firstEvents")
	void publishesASchemaThatOldEventsMeet(Path file) throws IOException {
		SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
		try (var schema = EventCodec.class.getResourceAsStream("schema/" + file.getFileName())) {
			assertThat(schema).isNotNull();
			assertThat(registry.getSchema(schema, InputFormat.JSON)
				.validate(Files.readString(file).replace("\"seq\" : 42", "\"seq\" : \"42\""), InputFormat.JSON))
				.isEmpty();
		}
	}

	/**
	 * @param values whether the values must be the same, or only their kinds
	 */
	private static void compare(String path, JsonNode then, JsonNode now, boolean values, List<String> changed) {
		if (then.isObject()) {
			then.propertyStream()
				.forEach((member) -> compare(path + '/' + member.getKey(), member.getValue(), now.path(member.getKey()),
						values, changed));
		}
		else if (values ? !then.equals(now)
				: !then.isNull() && !now.isNull() && then.getNodeType() != now.getNodeType()) {
			changed.add(path + " was " + then + " and is " + now);
		}
	}

	private static JsonNode read(Path file) {
		try {
			return JSON.readTree(Files.readAllBytes(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
