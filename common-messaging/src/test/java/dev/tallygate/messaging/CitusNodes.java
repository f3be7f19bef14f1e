package dev.tallygate.messaging;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The nodes of a Citus cluster. A cluster is a database's: each new one is made on every
 * node, and the nodes are made known to the coordinator's.
 *
 * @param coordinator as the workers reach it
 * @param workers the others
 */
record CitusNodes(Node coordinator, List<Node> workers) {

	private static final String EXTENSION = "CREATE EXTENSION citus";

	/**
	 * Those that a database knows.
	 * @param known the coordinator's, in which the nodes were registered
	 */
	static CitusNodes of(EmbeddedDatabase known) {
		JdbcClient jdbc = JdbcClient.create(known.dataSource());
		return new CitusNodes(nodes(jdbc, "groupid = 0").getFirst(), nodes(jdbc, "groupid <> 0 AND isactive"));
	}

	private static List<Node> nodes(JdbcClient jdbc, String which) {
		return jdbc.sql("SELECT nodename, nodeport FROM pg_dist_node WHERE " + which + " ORDER BY nodeid")
			.query((row, number) -> new Node(row.getString(1), row.getInt(2)))
			.list();
	}

	/**
	 * Makes a cluster of a database that is new at the coordinator.
	 */
	void add(EmbeddedDatabase database, String name) {
		for (Node worker : this.workers) {
			worker.database("postgres", database).execute("CREATE DATABASE " + name);
			worker.database(name, database).execute(EXTENSION);
		}
		database.execute(EXTENSION);
		database.execute("SELECT citus_set_coordinator_host(" + this.coordinator.arguments() + ")");
		this.workers.forEach((worker) -> database.execute("SELECT citus_add_node(" + worker.arguments() + ")"));
	}

	/** Where one is. */
	record Node(String host, int port) {

		EmbeddedDatabase database(String name, EmbeddedDatabase like) {
			return new EmbeddedDatabase("jdbc:postgresql://" + this.host + ':' + this.port + '/' + name,
					like.username(), like.password());
		}

		String arguments() {
			return "'" + this.host + "', " + this.port;
		}

	}

}
