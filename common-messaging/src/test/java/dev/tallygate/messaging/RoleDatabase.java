package dev.tallygate.messaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A service's database with an owner, who migrates, and a role to serve with: made with
 * the statements that make production's, {@code deploy/postgres/10-databases.sh}, beside
 * those of the other services.
 *
 * @param name of the database and of the role
 * @param url JDBC URL, without a user
 */
public record RoleDatabase(String name, String url) {

	private static final Path SCRIPT = Path.of("..", "deploy", "postgres", "10-databases.sh");

	private static final Pattern NAMES = Pattern.compile("for name in ([^;]+); do");

	private static final Pattern STATEMENTS = Pattern.compile("<<'?SQL'?\n(.*?)\nSQL\n", Pattern.DOTALL);

	private static boolean made;

	/** The database of this name, empty; one in each JVM. */
	public static RoleDatabase of(String name) {
		EmbeddedDatabase any = EmbeddedDatabase.create();
		make(any);
		String url = any.url().replaceAll("\\?.*", "").replaceAll("/\\w+$", "/" + name);
		return new RoleDatabase(name, url);
	}

	private static synchronized void make(EmbeddedDatabase server) {
		if (made) {
			return;
		}
		made = true;
		try (Connection connection = server.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			String script = Files.readString(SCRIPT);
			Matcher names = NAMES.matcher(script);
			if (!names.find()) {
				throw new IllegalStateException(SCRIPT + " names no databases");
			}
			for (String sql : STATEMENTS.matcher(script).results().map((found) -> found.group(1)).toList()) {
				for (String name : sql.contains("${name}") ? List.of(names.group(1).split(" ", -1)) : List.of("")) {
					execute(statement, sql, name);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** One by one, for a database cannot be made in a transaction. */
	private static void execute(Statement statement, String script, String name) throws SQLException {
		String sql = script.replaceAll("(?m)^\\\\getenv .*$", "")
			.replace("${name}", name)
			.replace(":'owner_password'", "'" + name + "_owner'")
			.replace(":'role_password'", "'" + name + "'");
		for (String each : sql.split(";", -1)) {
			if (!each.isBlank()) {
				statement.execute(each);
			}
		}
	}

	/** The password of the role. */
	public String password() {
		return this.name;
	}

	/** Who migrates. */
	public String owner() {
		return this.name + "_owner";
	}

	/** The password of the owner. */
	public String ownerPassword() {
		return owner();
	}

	/**
	 * Migrates as a service does at its start, with the service's own configuration.
	 * @param configuration what brings the data source and Flyway
	 */
	public void migrate(Class<?> configuration) {
		new SpringApplicationBuilder(configuration).web(WebApplicationType.NONE)
			.run("--spring.datasource.url=" + this.url, "--spring.datasource.username=" + this.name,
					"--spring.datasource.password=" + password(), "--spring.flyway.user=" + owner(),
					"--spring.flyway.password=" + ownerPassword())
			.close();
	}

	/** As the role. */
	public DataSource dataSource() {
		return new DriverManagerDataSource(this.url, this.name, password());
	}

}
