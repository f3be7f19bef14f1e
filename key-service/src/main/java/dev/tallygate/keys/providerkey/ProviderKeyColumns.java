package dev.tallygate.keys.providerkey;

import dev.tallygate.events.UserId;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.convert.WritingConverter;
import org.springframework.data.jdbc.core.convert.JdbcCustomConversions;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;

/**
 * How values of ours stand in columns.
 */
@Configuration(proxyBeanMethods = false)
class ProviderKeyColumns {

	@Bean
	JdbcCustomConversions jdbcCustomConversions(JdbcDialect dialect) {
		return JdbcCustomConversions.of(dialect,
				List.of(new OwnerToColumn(), new ColumnToOwner(), new StateToColumn(), new ColumnToState()));
	}

	@WritingConverter
	static final class OwnerToColumn implements Converter<UserId, UUID> {

		@Override
		public UUID convert(UserId owner) {
			return owner.value();
		}

	}

	@ReadingConverter
	static final class ColumnToOwner implements Converter<UUID, UserId> {

		@Override
		public UserId convert(UUID column) {
			return new UserId(column);
		}

	}

	@WritingConverter
	static final class StateToColumn implements Converter<ConnectionState, String> {

		@Override
		public String convert(ConnectionState state) {
			return state.wireName();
		}

	}

	@ReadingConverter
	static final class ColumnToState implements Converter<String, ConnectionState> {

		@Override
		public ConnectionState convert(String column) {
			return ConnectionState.valueOf(column.toUpperCase(Locale.ROOT));
		}

	}

}
