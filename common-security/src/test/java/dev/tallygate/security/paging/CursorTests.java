package dev.tallygate.security.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.security.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTests {

	private static final UUID ID = UUID.fromString("0199f3a0-7c00-7abc-8def-0123456789ab");

	@Test
	void comesBackAsItWent() {
		Instant at = Instant.parse("2026-11-21T10:00:00.123456Z");
		assertThat(Cursor.parse(NewestFirst.after(at, ID).toString(), NewestFirst::parse))
			.isEqualTo(new NewestFirst(at, ID));
		assertThat(Cursor.parse(null, NewestFirst::parse)).isNull();
		assertThat(Cursor.parse("", NewestFirst::parse)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "+1000000000-12-31T23:59:59.999999999Z", "-1000000000-01-01T00:00:00Z",
			"+10000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "yesterday", "" })
	void refusesATimeThatNoDatabaseHas(String time) {
		assertRefused(encoded(time + "\n" + ID));
	}

	@ParameterizedTest
	@ValueSource(strings = { "+999999999-12", "+10000-01", "-0001-01", "0000-12", "2026-13", "2026" })
	void refusesAMonthThatNoDatabaseHas(String month) {
		assertThat(Cursor.parse(encoded("2026-11"), Cursor::month)).isEqualTo(YearMonth.of(2026, 11));
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> Cursor.parse(encoded(month), Cursor::month))
			.satisfies((ex) -> assertThat(ex.problem().status()).isEqualTo(400));
	}

	@Test
	void refusesWhatIsNoCursorOfOurs() {
		String time = "2026-11-21T10:00:00Z";
		for (String parts : List.of(time, time + "\n" + ID + "\n", time + "\n" + ID + "\nmore", time + "\n1", "\n",
				time + "\n" + ID + "\u0000", "\u0000\n" + ID)) {
			assertRefused(encoded(parts));
		}
		assertRefused("!!!");
		assertRefused("A".repeat(2000));
		assertRefused(encoded(time + "\n" + ID) + "=");
		assertThatExceptionOfType(ProblemException.class)
			.isThrownBy(() -> Cursor.parse(encoded("a\u0000"), List::getFirst));
		// UTF-8 that is none must not become something that is.
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> Cursor.parse("wMA", List::getFirst));
	}

	private static void assertRefused(@Nullable String cursor) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> Cursor.parse(cursor, NewestFirst::parse))
			.satisfies((ex) -> assertThat(ex.problem().status()).isEqualTo(400));
	}

	private static String encoded(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
