package dev.tallygate.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The console in the hours in which it is another month where a person is than in UTC.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@Import(TurnOfTheMonthTests.LastOfNovember.class)
class TurnOfTheMonthTests {

	private static final ServicesStub SERVICES = new ServicesStub();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void services(DynamicPropertyRegistry registry) {
		SERVICES.standFor(registry, "keys", "metering", "budgets");
	}

	@AfterAll
	static void stop() {
		SERVICES.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/calls", "/usage.csv" })
	void beginsTheMonthWhereThePersonsBudgetDoes(String path) {
		SERVICES.reset();
		// POSIX counts the hours the other way round: this is UTC+14.
		SERVICES.reply(ServicesStub.BUDGET, 200, "{\"timeZone\":\"Etc/GMT-14\",\"period\":\"2026-12\"}");
		Browser browser = new Browser(this.port);
		browser.signIn(ServicesStub.KEY);
		browser.get(path);
		assertThat(SERVICES.queries()).anyMatch((query) -> query.contains("period=2026-12"))
			.noneMatch((query) -> query.contains("period=2026-11"));
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class LastOfNovember {

		@Bean
		@Primary
		Clock lastOfNovember() {
			return Clock.fixed(Instant.parse("2026-11-30T12:00:00Z"), ZoneOffset.UTC);
		}

	}

}
