package dev.tallygate.budgets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tallygate.messaging.EmbeddedDatabase;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What grows with the number of calls can be spread over machines by user: every unique
 * index of such a table has the user in it, or the machines could not see to it that it
 * is unique.
 */
class UserFirstTests {

	private static final Pattern SPREAD = Pattern.compile("create_distributed_table\\('(\\w+)', 'user_id'");

	private static final Pattern STAYING = Pattern.compile("-- stays: (.+)");

	private final EmbeddedDatabase database = BudgetDatabase.create();

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	private String script = "";

	@BeforeEach
	void read() throws Exception {
		this.script = Files.readString(Fixture.DISTRIBUTE);
	}

	@Test
	void everyUniqueIndexOfWhatIsSpreadHasTheUserInIt() {
		List<String> spread = named(SPREAD);
		assertThat(spread).contains("counted_event", "key_spend");
		this.database.execute(keys());
		assertThat(this.jdbc.sql("""
				SELECT c.relname || ': ' || i.indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
				WHERE i.indisunique AND c.relname IN (:tables) AND NOT EXISTS (SELECT FROM pg_attribute a
					WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND a.attnum = ANY (i.indkey))""")
			.param("tables", spread)
			.query(String.class)
			.list()).isEmpty();
	}

	@Test
	void noTableIsUndecided() {
		List<String> decided = new ArrayList<>(named(SPREAD));
		named(STAYING).forEach((line) -> decided.addAll(List.of(line.split(", ", -1))));
		assertThat(this.jdbc.sql("""
				SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
				AND NOT relispartition AND relname <> 'flyway_schema_history'""").query(String.class).list())
			.containsExactlyInAnyOrderElementsOf(decided);
	}

	@Test
	void whatAnOlderVersionCountedIsNotSpread() {
		this.database.execute("INSERT INTO counted_event (event_id) VALUES (gen_random_uuid())");
		assertThatIllegalStateException().isThrownBy(() -> this.database.execute(keys()))
			.havingCause()
			.withMessageContaining("90 days");
	}

	/** What is done before the first table is spread. */
	private String keys() {
		return this.script.substring(0, this.script.indexOf("SELECT create_distributed_table"));
	}

	private List<String> named(Pattern pattern) {
		return pattern.matcher(this.script).results().map((found) -> found.group(1)).toList();
	}

}
