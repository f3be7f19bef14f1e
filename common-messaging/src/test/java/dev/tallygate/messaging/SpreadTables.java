package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a script spreads over the machines of a Citus cluster: what grows with the number
 * of calls, by user. Every unique index of such a table has the user in it, or the
 * machines could not see to it that it is unique.
 */
public final class SpreadTables {

	private static final String FIRST = "SELECT create_distributed_table";

	private static final Pattern SPREAD = Pattern.compile("create_distributed_table\\('(\\w+)', 'user_id'");

	private static final Pattern SHARED = Pattern.compile("create_reference_table\\('(\\w+)'");

	private static final Pattern STAYING = Pattern.compile("-- stays: (.+)");

	private final String script;

	private SpreadTables(String script) {
		this.script = script;
	}

	/** Those of a script. */
	public static SpreadTables of(Path script) {
		try {
			return new SpreadTables(Files.readString(script));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Their names. */
	public List<String> names() {
		return named(SPREAD);
	}

	/** What the script does before it spreads the first. */
	public String before() {
		return this.script.substring(0, this.script.indexOf(FIRST));
	}

	/** Looks whether every unique index of theirs has the user in it. */
	public void haveTheUserInEveryUniqueIndex(JdbcClient jdbc) {
		assertThat(jdbc.sql("""
				SELECT c.relname || ': ' || i.indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
				WHERE i.indisunique AND c.relname IN (:tables) AND NOT EXISTS (SELECT FROM pg_attribute a
					WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND a.attnum = ANY (i.indkey))""")
			.param("tables", names())
			.query(String.class)
			.list()).isEmpty();
	}

	/** Looks whether the script says of every table whether it is spread. */
	public void leaveNoTableUndecided(JdbcClient jdbc) {
		List<String> decided = new ArrayList<>(names());
		decided.addAll(named(SHARED));
		named(STAYING).forEach((line) -> decided.addAll(List.of(line.split(", ", -1))));
		assertThat(jdbc.sql("""
				SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
				AND NOT relispartition AND relname <> 'flyway_schema_history'""").query(String.class).list())
			.containsExactlyInAnyOrderElementsOf(decided);
	}

	private List<String> named(Pattern pattern) {
		return pattern.matcher(this.script).results().map((found) -> found.group(1)).toList();
	}

}
