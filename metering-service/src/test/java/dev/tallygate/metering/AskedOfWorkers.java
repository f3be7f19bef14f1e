package dev.tallygate.metering;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Connections to the coordinator of a Citus cluster on which it tells what it sends to
 * its workers.
 */
public final class AskedOfWorkers extends JdbcTemplate {

	private static final String TOLD = "issuing SELECT";

	private final List<String> sent = new ArrayList<>();

	private int statements;

	/**
	 * Connections like those of a database.
	 */
	AskedOfWorkers(DriverManagerDataSource like) {
		DriverManagerDataSource source = new DriverManagerDataSource();
		source.setUrl(like.getUrl());
		source.setUsername(like.getUsername());
		source.setPassword(like.getPassword());
		Properties properties = new Properties();
		properties.setProperty("options", "-c citus.log_remote_commands=on");
		source.setConnectionProperties(properties);
		setDataSource(source);
		setIgnoreWarnings(false);
	}

	@Override
	protected void handleWarnings(Statement statement) throws SQLException {
		this.statements++;
		super.handleWarnings(statement);
	}

	@Override
	protected void handleWarnings(@Nullable SQLWarning first) {
		for (SQLWarning each = first; each != null; each = each.getNextWarning()) {
			if (String.valueOf(each.getMessage()).contains(TOLD)) {
				this.sent.add(String.valueOf(each.getMessage()));
			}
		}
	}

	/** How many statements there were. */
	public int statements() {
		return this.statements;
	}

	/** What they came to at the workers. */
	public List<String> sent() {
		return List.copyOf(this.sent);
	}

}
