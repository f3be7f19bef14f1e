package dev.tallygate.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.routing.ResponseHomes.Home;
import dev.tallygate.gateway.routing.ResponseHomes.Items;
import dev.tallygate.messaging.RoleDatabase;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the database knows of a kept response, with the rights that the service has.
 */
class ResponseStoreTests {

	private final UserId user = new UserId(UuidV7.next());

	@Test
	void knowsASizeInWhateverOrderItIsTold() {
		ResponseStore store = store();
		store.keep("early", this.user, "openai", "m", null);
		assertThat(store.find("early", this.user)).contains(new Home("openai", "m", null));
		store.keep("early", this.user, "openai", "m", 7L);
		store.keep("late", this.user, "openai", "m", 8L);
		store.keep("late", this.user, "openai", "m", null);

		assertThat(store.find("early", this.user)).contains(new Home("openai", "m", 7L));
		assertThat(store.find("late", this.user)).contains(new Home("openai", "m", 8L));
	}

	@Test
	void staysWhereItIsAndShrinksNever() {
		ResponseStore store = store();
		store.keep("one", this.user, "openai", "m", 7L);
		store.keep("one", this.user, "other", "n", 5L);

		assertThat(store.find("one", this.user)).contains(new Home("openai", "m", 7L));
		assertThat(store.find("one", new UserId(UuidV7.next()))).isEmpty();
	}

	@Test
	void knowsWhoseItemsAre() {
		ResponseStore store = store();
		store.keep("first", this.user, "openai", "m", 7L);
		store.contains("first", this.user, List.of("rs_1", "msg_1", "a\u0000b"), 5L);
		store.keep("second", this.user, "openai", "m", null);
		store.contains("second", this.user, List.of("msg_2"), null);
		store.keep("third", this.user, "openai", "m", null);

		Items first = new Items("openai", 5L, List.of("rs_1", "msg_1"));
		assertThat(store.having(Set.of("msg_1", "rs_1", "msg_9", "a\u0000b"), this.user)).containsExactly(first);
		assertThat(store.having(Set.of("msg_1", "msg_2"), this.user)).containsExactlyInAnyOrder(first,
				new Items("openai", null, List.of("msg_2")));
		assertThat(store.having(Set.of("msg_1", "msg_2"), new UserId(UuidV7.next()))).isEmpty();
		store.forget("first", this.user);
		assertThat(store.having(Set.of("msg_1"), this.user)).isEmpty();
	}

	private static ResponseStore store() {
		RoleDatabase database = RoleDatabase.of("tallygate_gateway");
		database.migrate(Migration.class);
		return new ResponseStore(JdbcClient.create(database.dataSource()));
	}

	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class })
	static class Migration {

	}

}
