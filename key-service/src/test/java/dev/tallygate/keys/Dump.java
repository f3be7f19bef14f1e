package dev.tallygate.keys;

import dev.tallygate.messaging.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * All rows of all tables as text, bytes in hex.
 */
final class Dump {

	private Dump() {
	}

	static String of(EmbeddedDatabase database) {
		StringBuilder dump = new StringBuilder();
		try (Connection connection = database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			List<String> tables = new ArrayList<>();
			try (ResultSet names = statement
				.executeQuery("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")) {
				while (names.next()) {
					tables.add(names.getString(1));
				}
			}
			for (String table : tables) {
				try (ResultSet rows = statement.executeQuery("SELECT t::text FROM " + table + " t")) {
					while (rows.next()) {
						dump.append(table).append(' ').append(rows.getString(1)).append('\n');
					}
				}
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return dump.toString();
	}

}
