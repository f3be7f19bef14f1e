package dev.tallygate.messaging;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What a role may do in the database it is connected to: by what the catalogue says of
 * everything that is there, and by trying.
 */
public final class Rights {

	private static final String OWN = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

	/**
	 * By kind of object: each object with each right that there is, and whether the role
	 * has it.
	 */
	private static final String ALL = """
			SELECT 'database ' || d.datname AS object, v.verb, NULL AS in_column,
			    has_database_privilege(d.oid, v.verb) AS granted
			FROM pg_database d, unnest(ARRAY['CONNECT', 'CREATE', 'TEMPORARY']) WITH ORDINALITY v (verb, place)
			WHERE d.datallowconn AND d.datname !~ '^test_'
			UNION ALL
			SELECT 'schema ' || n.nspname, v.verb, NULL, has_schema_privilege(n.oid, v.verb)
			FROM pg_namespace n, unnest(ARRAY['CREATE', 'USAGE']) v (verb) WHERE %1$s
			UNION ALL
			SELECT 'sequence ' || c.relname, v.verb, NULL, has_sequence_privilege(c.oid, v.verb)
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest(ARRAY['SELECT', 'UPDATE', 'USAGE']) v (verb)
			WHERE c.relkind = 'S' AND %1$s
			UNION ALL
			SELECT 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', 'EXECUTE', NULL,
			    has_function_privilege(p.oid, 'EXECUTE')
			FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE %1$s
			UNION ALL
			SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'view ' ELSE 'table ' END || c.relname, v.verb, NULL,
			    has_table_privilege(c.oid, v.verb)
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
			    unnest(ARRAY['DELETE', 'INSERT', 'MAINTAIN', 'REFERENCES', 'SELECT', 'TRIGGER', 'TRUNCATE', 'UPDATE']) v (verb)
			WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND %1$s
			UNION ALL
			SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'view ' ELSE 'table ' END || c.relname, v.verb, a.attname,
			    has_column_privilege(c.oid, a.attnum, v.verb)
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped,
			    unnest(ARRAY['INSERT', 'REFERENCES', 'SELECT', 'UPDATE']) v (verb)
			WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND %1$s AND NOT has_table_privilege(c.oid, v.verb)
			ORDER BY 1, 2, 3"""
		.formatted(OWN);

	private static final String MORE_THAN_ANYONE = """
			SELECT 'attribute ' || r.rolname FROM pg_roles r WHERE r.rolname = current_user
			    AND (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls)
			UNION ALL
			SELECT 'member of ' || m.roleid::regrole FROM pg_auth_members m WHERE m.member = current_user::regrole
			UNION ALL
			SELECT 'owner of ' || s.classid::regclass || ' ' || s.objid FROM pg_shdepend s
			WHERE s.deptype = 'o' AND s.refobjid = current_user::regrole
			UNION ALL
			SELECT 'default of ' || d.defaclrole::regrole FROM pg_default_acl d
			UNION ALL
			SELECT 'function ' || p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
			WHERE NOT (%1$s) AND has_function_privilege(p.oid, 'EXECUTE') AND NOT has_function_privilege('public', p.oid, 'EXECUTE')
			UNION ALL
			SELECT v.verb || ' of ' || c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
			    unnest(ARRAY['DELETE', 'INSERT', 'SELECT', 'TRUNCATE', 'UPDATE']) v (verb)
			WHERE NOT (%1$s) AND c.relkind IN ('r', 'v')
			    AND has_table_privilege(c.oid, v.verb) AND NOT has_table_privilege('public', c.oid, v.verb)"""
		.formatted(OWN);

	private final DataSource dataSource;

	private final List<Right> all;

	private Rights(DataSource dataSource, List<Right> all) {
		this.dataSource = dataSource;
		this.all = all;
	}

	/** The rights of the role that these connections are of. */
	public static Rights of(DataSource dataSource) {
		return new Rights(dataSource,
				new JdbcTemplate(dataSource).query(ALL,
						(row, number) -> new Right(Objects.requireNonNull(row.getString("object")),
								Objects.requireNonNull(row.getString("verb")), row.getString("in_column"),
								row.getBoolean("granted"))));
	}

	/**
	 * A line for each object, also one without rights: {@code table x: INSERT SELECT
	 * UPDATE(y)}.
	 */
	public String table() {
		return this.all.stream()
			.collect(Collectors.groupingBy(Right::object, java.util.TreeMap::new,
					Collectors.filtering(Right::granted, Collectors.mapping(Right::name, Collectors.joining(" ")))))
			.entrySet()
			.stream()
			.map((line) -> (line.getKey() + ": " + line.getValue()).strip())
			.collect(Collectors.joining("\n"));
	}

	/** What else it may do, or own, that not every role may. */
	public List<String> moreThanAnyone() {
		return new JdbcTemplate(this.dataSource).query(MORE_THAN_ANYONE,
				(row, number) -> Objects.requireNonNull(row.getString(1)));
	}

	/**
	 * Tries every verb on every table, each in a transaction that is rolled back, and
	 * tells where the server does otherwise than the catalogue says.
	 */
	public List<String> contradictions() throws SQLException {
		List<String> contradictions = new ArrayList<>();
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			for (Right right : this.all) {
				String attempt = right.attempt();
				if (attempt != null && right.granted() == isDenied(statement, attempt)) {
					contradictions.add(attempt);
				}
				connection.rollback();
			}
		}
		return contradictions;
	}

	private static boolean isDenied(Statement statement, String sql) {
		try {
			statement.execute(sql);
			return false;
		}
		catch (SQLException ex) {
			return "42501".equals(ex.getSQLState());
		}
	}

	/** How many rights were looked at, those included that the role has not. */
	public int size() {
		return this.all.size();
	}

	/** A right that the role has or has not. */
	private record Right(String object, String verb, @Nullable String column, boolean granted) {

		String name() {
			return (this.column != null) ? this.verb + "(" + this.column + ")" : this.verb;
		}

		/** What it takes this right to do; null when that cannot be tried safely. */
		@Nullable String attempt() {
			if (!this.object.startsWith("table ")) {
				return null;
			}
			String table = this.object.substring("table ".length());
			if (this.column != null) {
				return this.verb.equals("UPDATE") ? "UPDATE " + table + " SET " + this.column + " = DEFAULT WHERE false"
						: null;
			}
			return switch (this.verb) {
				case "SELECT" -> "SELECT FROM " + table + " LIMIT 0";
				case "INSERT" -> "INSERT INTO " + table + " DEFAULT VALUES";
				case "DELETE" -> "DELETE FROM " + table + " WHERE false";
				case "TRUNCATE" -> this.granted ? null : "TRUNCATE " + table;
				case "MAINTAIN" -> this.granted ? null : "REINDEX TABLE " + table;
				case "TRIGGER" -> this.granted ? null : "CREATE TRIGGER x BEFORE INSERT ON " + table
						+ " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()";
				default -> null;
			};
		}

	}

}
