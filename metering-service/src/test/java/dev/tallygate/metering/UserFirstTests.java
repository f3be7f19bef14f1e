package dev.tallygate.metering;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What grows with the number of calls can be spread over machines by user: every unique
 * index of such a table has the user in it, or the machines could not see to it that it
 * is unique.
 */
class UserFirstTests {

	private static final Path DISTRIBUTE = MeteringDatabase.DISTRIBUTE;

	private static final Pattern DISTRIBUTED = Pattern.compile("create_distributed_table\\('(\\w+)', 'user_id'");

	private static final Pattern SHARED = Pattern.compile("create_reference_table\\('(\\w+)'");

	@Test
	void everyUniqueIndexOfWhatIsSpreadHasTheUserInIt() throws Exception {
		JdbcClient jdbc = MeteringDatabase.create().jdbc();
		List<String> spread = named(DISTRIBUTED);
		assertThat(spread).contains("ledger", "usage_daily", "ledger_verified", "usage_month");
		assertThat(jdbc.sql("""
				SELECT c.relname || ': ' || i.indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
				WHERE i.indisunique AND c.relname IN (:tables) AND NOT EXISTS (SELECT FROM pg_attribute a
					WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND a.attnum = ANY (i.indkey))""")
			.param("tables", spread)
			.query(String.class)
			.list()).isEmpty();
		// A table that nobody has decided about fails.
		List<String> decided = new java.util.ArrayList<>(spread);
		decided.addAll(named(SHARED));
		Matcher stays = Pattern.compile("-- stays: (.+)").matcher(Files.readString(DISTRIBUTE));
		while (stays.find()) {
			decided.addAll(List.of(stays.group(1).split(", ", -1)));
		}
		assertThat(jdbc.sql("""
				SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
				AND NOT relispartition AND relname <> 'flyway_schema_history'""").query(String.class).list())
			.containsExactlyInAnyOrderElementsOf(decided);
	}

	private static List<String> named(Pattern pattern) throws Exception {
		return pattern.matcher(Files.readString(DISTRIBUTE))
			.results()
			.map((found) -> found.group(1))
			.collect(Collectors.toList());
	}

}
