import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Holds docs/reference/errors.md against the code: every code of an error that a service can answer with is there, with cause
 * and cure, and nothing else is. In the project's folder: {@code java docs/ErrorReference.java}.
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
