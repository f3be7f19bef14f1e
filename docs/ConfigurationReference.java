import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes docs/reference/configuration.md from what the build says of every property. Run after a build, in the project's
 * folder: {@code java docs/ConfigurationReference.java}; with {@code --check} it only says whether the page is up to date.
 */
final class ConfigurationReference {

	private static final Path PAGE = Path.of("docs/reference/configuration.md");

	private static final String METADATA = "target/classes/META-INF/spring-configuration-metadata.json";

	private static final Pattern PROPERTY = Pattern.compile("\\{\\s*\"name\": \"([^\"]+)\",(.*?)\\n    \\}", Pattern.DOTALL);

	private static final Pattern MEMBER = Pattern.compile("\"(type|description|defaultValue)\": (\"(?:[^\"\\\\]|\\\\.)*\"|\\[[^]]*]|[^,\\n]+)");

	/** What is read past typed properties, of which the build says nothing by itself. */
	private static final Pattern READ = Pattern.compile("@Value\\(\"\\$\\{(tallygate\\.[a-z0-9.-]+)");

	private ConfigurationReference() {
	}

	public static void main(String[] arguments) throws IOException {
		String page = page();
		if (arguments.length == 0) {
			Files.createDirectories(PAGE.getParent());
			Files.writeString(PAGE, page);
		}
		else if (!Files.exists(PAGE) || !Files.readString(PAGE).equals(page)) {
			System.err.println(PAGE + " is out of date. After a build, run: java docs/ConfigurationReference.java");
			System.exit(1);
		}
	}

	private static String page() throws IOException {
		Map<String, Map<String, String>> properties = new TreeMap<>(
				Comparator.comparing(ConfigurationReference::prefix).thenComparing(Comparator.naturalOrder()));
		Map<String, List<String>> modules = new TreeMap<>();
		for (Path module : modules()) {
			properties(module).forEach((name, members) -> {
				properties.put(name, members);
				modules.computeIfAbsent(name, (first) -> new ArrayList<>()).add(module.toString());
			});
		}
		for (Path module : modules()) {
			List<String> untold = read(module).stream().filter((name) -> !properties.containsKey(name)).toList();
			if (!untold.isEmpty()) {
				throw new IllegalStateException(module + " reads " + untold + ", which nothing describes: bind them with "
						+ "@ConfigurationProperties, or describe them in additional-spring-configuration-metadata.json");
			}
		}
		StringBuilder page = new StringBuilder("""
				# Configuration

				Every property of every service, made from the code by `docs/ConfigurationReference.java`. Each can be set as an environment variable: in capitals,
				`.` as `_`, without `-` (`tallygate.spool.max-segment` is `TALLYGATE_SPOOL_MAXSEGMENT`). Durations are written `500ms`, `30s`, `5m`, sizes `64KB`, `32MB`.
				The variables that most installations set are in the [README](../../README.md#configuration). A property without a default is not set.

				""");
		String group = "";
		for (Map.Entry<String, Map<String, String>> entry : properties.entrySet()) {
			String name = entry.getKey();
			String prefix = prefix(name);
			if (!prefix.equals(group)) {
				page.append(group.isEmpty() ? "" : "\n").append("## ").append(prefix).append("\n\n| property | meaning | type | default | read by |\n|---|---|---|---|---|\n");
				group = prefix;
			}
			Map<String, String> members = entry.getValue();
			page.append("| `").append(name.substring(prefix.equals(name) ? 0 : prefix.length() + 1)).append("` | ").append(text(members, "description"))
				.append(" | ").append(type(text(members, "type"))).append(" | ").append(code(text(members, "defaultValue"))).append(" | ")
				.append(String.join(", ", modules.get(name))).append(" |\n");
		}
		return page.toString();
	}

	private static String prefix(String name) {
		return name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
	}

	private static List<Path> modules() throws IOException {
		try (Stream<Path> folders = Files.list(Path.of("."))) {
			return folders.map((folder) -> folder.normalize()).filter((folder) -> Files.exists(folder.resolve(METADATA))).sorted().toList();
		}
	}

	private static List<String> read(Path module) throws IOException {
		List<String> names = new ArrayList<>();
		try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
			for (Path file : files.filter((each) -> each.toString().endsWith(".java")).sorted().toList()) {
				READ.matcher(Files.readString(file)).results().map((match) -> match.group(1)).forEach(names::add);
			}
		}
		return names.stream().distinct().toList();
	}

	private static Map<String, Map<String, String>> properties(Path module) throws IOException {
		String json = Files.readString(module.resolve(METADATA));
		int from = json.indexOf("\"properties\": [");
		int to = json.indexOf("\n  ]", from);
		Map<String, Map<String, String>> properties = new LinkedHashMap<>();
		Matcher property = PROPERTY.matcher(json.substring(from, to));
		while (property.find()) {
			Map<String, String> members = new LinkedHashMap<>();
			Matcher member = MEMBER.matcher(property.group(2));
			while (member.find()) {
				members.put(member.group(1), member.group(2));
			}
			properties.put(property.group(1), members);
		}
		return properties;
	}

	private static String text(Map<String, String> members, String name) {
		String value = members.getOrDefault(name, "").strip();
		if (value.startsWith("[")) {
			value = value.replaceAll("[\\[\\]\"\\s]+", " ").strip().replace(" ,", ",").replace(",", ", ").replace("  ", " ");
		}
		else if (value.startsWith("\"")) {
			value = value.substring(1, value.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\").replace("\\/", "/").replace("\\n", " ");
		}
		return value.replaceAll("\\{@(?:code|link) ([^}]*)}", "`$1`").replace("|", "\\|");
	}

	private static String code(String value) {
		return value.isEmpty() ? "" : "`" + value + "`";
	}

	private static String type(String name) {
		return name.replaceAll("[a-z]+(?:\\.[a-z]+)*\\.([A-Z])", "$1").replace('$', '.').replace("<", "\\<");
	}

}
