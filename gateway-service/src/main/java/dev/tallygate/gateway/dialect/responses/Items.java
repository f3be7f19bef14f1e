package dev.tallygate.gateway.dialect.responses;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Items of a response or of a request, as far as their names go. Those that a provider
 * keeps can be named instead of being said again: as {@code item_reference}, which may be
 * left out where there is nothing else, and as reasoning of which nothing is there.
 */
final class Items {

	/** More are not known of one response, nor named by one request. */
	static final int MOST = 2_000;

	/** A name longer than this is none a provider gave. */
	private static final int MAX_LENGTH = 200;

	private static final int MAX_DEPTH = 10_000;

	private Items() {
	}

	/** The names in a list of items, or of one item, in {@code [from, to)}. */
	static Set<String> ids(byte[] json, int from, int to) throws MalformedJsonException {
		Set<String> ids = new LinkedHashSet<>();
		JsonScanner scanner = new JsonScanner(json, from, to, MAX_DEPTH);
		Token first = scanner.next();
		int inside = (first == Token.ARRAY_START) ? 2 : 1;
		while (scanner.depth() > 0 && ids.size() < MOST) {
			if (scanner.next() == Token.KEY) {
				boolean id = scanner.depth() == inside && scanner.textIs("id");
				if (scanner.skipValue() == Token.STRING && id && scanner.end() - scanner.start() <= MAX_LENGTH) {
					ids.add(scanner.text());
				}
			}
		}
		return ids;
	}

	/**
	 * The names that a request's input, in {@code [from, to)}, has instead of what they
	 * stand for. Whatever a provider may take for one is one.
	 */
	static Set<String> references(byte[] json, int from, int to, int maxDepth)
			throws MalformedJsonException, InvalidRequestException {
		Set<String> references = new LinkedHashSet<>();
		JsonScanner scanner = new JsonScanner(json, from, to, maxDepth);
		if (scanner.next() != Token.ARRAY_START) {
			return references;
		}
		Token token = scanner.next();
		while (token != Token.ARRAY_END) {
			if (token == Token.OBJECT_START) {
				new Item().read(scanner, references);
				if (references.size() > MOST) {
					throw new InvalidRequestException("'input' names more than " + MOST + " kept items.", "input");
				}
			}
			else if (token == Token.ARRAY_START) {
				skip(scanner);
			}
			token = scanner.next();
		}
		return references;
	}

	private static void skip(JsonScanner scanner) throws MalformedJsonException {
		int inside = scanner.depth();
		while (scanner.depth() >= inside) {
			scanner.next();
		}
	}

	/** One item of an input. */
	private static final class Item {

		private final Set<String> ids = new LinkedHashSet<>();

		private boolean reference;

		private boolean reasoning;

		private boolean typed;

		private boolean said;

		void read(JsonScanner scanner, Set<String> references) throws MalformedJsonException {
			while (scanner.next() == Token.KEY) {
				String name = scanner.text();
				Token value = scanner.skipValue();
				String text = (value == Token.STRING) ? scanner.text() : null;
				switch (name) {
					case "id" -> id(text);
					case "type" -> type(text);
					case "summary" -> this.said |= value == Token.ARRAY_START && scanner.end() - scanner.start() > 2;
					case "encrypted_content", "content", "role" -> this.said |= value != Token.NULL;
					default -> {
						// tells nothing of it
					}
				}
			}
			if (this.reference || (!this.said && (this.reasoning || !this.typed))) {
				references.addAll(this.ids);
			}
		}

		private void id(@Nullable String text) {
			if (text != null) {
				this.ids.add(text);
			}
		}

		private void type(@Nullable String text) {
			this.typed |= text != null;
			this.reference |= "item_reference".equals(text);
			this.reasoning |= "reasoning".equals(text);
		}

	}

}
