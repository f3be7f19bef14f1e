import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Holds docs/reference/errors.md against the code: every code of an error that a service can answer with is there, with cause
 * and cure, and nothing else is. And every route that a message, a comment or a page of the documentation names is served, for
 * a cure that is not there is none. In the project's folder: {@code java docs/ErrorReference.java}.
 */
final class ErrorReference {

	private static final Path PAGE = Path.of("docs/reference/errors.md");

	private static final String CODE = "\"([a-z]+(?:_[a-z]+)*)\"";

	/** Where a code is written: beside a status, as a constant, or as what a refusal says of itself. */
	private static final List<Pattern> ANYWHERE = List.of(Pattern.compile("(?:HttpStatus\\.[A-Z_]+|\\(\\s*[45]\\d\\d),\\s*" + CODE),
			Pattern.compile("new InvalidRequestException\\(\\s*" + CODE));

	private static final Pattern CONSTANT = Pattern.compile("static final String [A-Z_]+ = " + CODE);

	private static final Pattern RETURNED = Pattern.compile("(?:return|[?:])\\s*" + CODE + "(?=\\s*[:;])");

	private static final Pattern ROW = Pattern.compile("^\\| \\d{3} \\| (.+?) \\|", Pattern.MULTILINE);

	private static final Pattern QUOTED = Pattern.compile("`([a-z_]+)`");

	private static final Pattern PREFIX = Pattern.compile("@RequestMapping\\(\"([^\"]*)\"");

	private static final Pattern MAPPING = Pattern
		.compile("@(Get|Put|Post|Patch|Delete)Mapping\\b(?:\\((?:path = )?\"([^\"]*)\")?");

	/** The wires are no controllers; which of their paths takes what their own tests say. */
	private static final Pattern WIRE = Pattern.compile("\"(/v1/[a-z/_{}]*)\"");

	private static final Pattern NAMED = Pattern
		.compile("\\b(GET|PUT|POST|PATCH|DELETE) (/(?:v1|api)/[A-Za-z0-9{}/_*%:.-]*[A-Za-z0-9{}/_*])");

	/** Tells of another product's routes. */
	private static final Path ANOTHERS = Path.of("./docs/how-to/openmeter.md");

	private ErrorReference() {
	}

	public static void main(String[] arguments) throws IOException {
		Set<String> inCode = new TreeSet<>();
		StringBuilder all = new StringBuilder();
		for (Path source : sources()) {
			String text = Files.readString(source);
			all.append(text);
			ANYWHERE.forEach((pattern) -> collect(pattern, text, inCode));
			switch (source.getFileName().toString()) {
				case "ErrorCode.java", "Problem.java" -> collect(CONSTANT, text, inCode);
				case "Refusal.java" -> collect(RETURNED, text, inCode);
				default -> {
				}
			}
		}
		Set<String> onPage = new TreeSet<>();
		Matcher rows = ROW.matcher(Files.readString(PAGE));
		while (rows.find()) {
			collect(QUOTED, rows.group(1), onPage);
		}
		Set<String> missing = new TreeSet<>(inCode);
		missing.removeAll(onPage);
		Set<String> gone = new TreeSet<>(onPage);
		gone.removeIf((code) -> all.indexOf('"' + code + '"') >= 0);
		if (inCode.size() < 30 || !missing.isEmpty() || !gone.isEmpty()) {
			System.err.println(PAGE + " does not say anything of " + missing + ", and says of what is not there: " + gone);
			System.exit(1);
		}
		System.out.println(onPage.size() + " codes, each with cause and cure.");
		routes();
	}

	private static void routes() throws IOException {
		List<Pattern> served = new ArrayList<>();
		for (Path source : sources()) {
			String text = Files.readString(source);
			Matcher prefix = PREFIX.matcher(text);
			String before = prefix.find() ? prefix.group(1) : "";
			MAPPING.matcher(text)
				.results()
				.forEach((each) -> served.add(route(each.group(1).toUpperCase(Locale.ROOT),
						before + Objects.requireNonNullElse(each.group(2), ""))));
			WIRE.matcher(text).results().forEach((each) -> served.add(route("(?:GET|POST|DELETE)", each.group(1))));
		}
		Set<String> gone = new TreeSet<>();
		int named = 0;
		for (Path file : telling()) {
			for (MatchResult each : NAMED.matcher(Files.readString(file)).results().toList()) {
				named++;
				// What a message goes on with, or an example ends with, is not in the text.
				String route = each.group(1) + ' ' + each.group(2) + (each.group(2).endsWith("/") ? "x" : "");
				if (served.stream().noneMatch((pattern) -> pattern.matcher(route).matches())) {
					gone.add(file + ": " + each.group());
				}
			}
		}
		if (served.size() < 100 || named < 30 || !gone.isEmpty()) {
			System.err.println("Routes that are named and not served: " + gone);
			System.exit(1);
		}
		System.out.println(named + " routes named, all of them served.");
	}

	private static Pattern route(String verb, String path) {
		return Pattern.compile(verb + ' ' + path.replaceAll("\\{\\*[^}]*}", ".+").replaceAll("\\{[A-Za-z]+}", "[^/]+") + "[/}]*");
	}

	/** Where routes are named: the code, and every page. */
	private static List<Path> telling() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("."))) {
			return Stream
				.concat(sources().stream(),
						files.filter((file) -> file.toString().endsWith(".md") && !file.toString().contains("/target/"))
							.filter((file) -> !file.equals(ANOTHERS)))
				.toList();
		}
	}

	private static void collect(Pattern pattern, String text, Set<String> into) {
		Matcher found = pattern.matcher(text);
		while (found.find()) {
			into.add(found.group(1));
		}
	}

	private static List<Path> sources() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("."))) {
			return files.filter((file) -> file.toString().contains("/src/main/java/") && file.toString().endsWith(".java"))
				.filter((file) -> !file.startsWith("./provider-simulator") && !file.startsWith("./launcher"))
				.sorted()
				.toList();
		}
	}

}
