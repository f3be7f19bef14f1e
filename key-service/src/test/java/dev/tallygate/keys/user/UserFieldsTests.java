package dev.tallygate.keys.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UserFieldsTests {

	/** A host inside a house has no dot. */
	@Test
	void takesAnAddressAsBrowsersDo() {
		assertThat(List.of("a@b", "root@localhost", "ann+tag@example.org", "o'brien@mail.example.co.uk",
				"jörg@bücher.example", "日本@例え.jp", "a..b@x1-y.org", "1@2.3"))
			.allMatch(UserFields::isEmail);
	}

	@Test
	void refusesWhatIsNone() {
		assertThat(List.of("", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", " a@b", "a@b ", "a\0@b", "a\n@b",
				"a\u0085@b", "a\u00a0b@c", "a@b\u2028", "a@\u202eb", "\u200ba@b", "a@b..c", "a@.b", "a@b.", "a@-b",
				"a@b-.c", "<a@b>", "a,b@c", "\"a\"@b", "a@[10.0.0.1]", "\ud800@b"))
			.noneMatch(UserFields::isEmail);
	}

	@Test
	void takesNoMoreThanMailServersDo() {
		String longest = "a".repeat(64) + "@" + "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(61);
		assertThat(longest).hasSize(254);
		assertThat(UserFields.isEmail(longest)).isTrue();
		assertThat(UserFields.isEmail(longest + "d")).isFalse();
		assertThat(UserFields.isEmail("a".repeat(65) + "@b")).isFalse();
		assertThat(UserFields.isEmail("a@" + "b".repeat(64))).isFalse();
		assertThat(UserFields.isEmail(null)).isFalse();
	}

	@Test
	void takesANameThatShowsAsWhatItIs() {
		assertThat(List.of("Ann", "Ån Bé", "نون", "\u0645\u06cc\u200c\u062e\u0648", "\ud83d\udc69\u200d\ud83d\udc67",
				"<script>", "e\u0301", "a b"))
			.allMatch(UserFields::isDisplayName);
		assertThat(List.of("", " ", "\u00a0", "\u200b", "\u200d", "\u202egnp.exe", "a\u200bb", "\ufeffa", "a\u2028b",
				"a\nb", "a\u2066b", "\ud800"))
			.noneMatch(UserFields::isDisplayName);
	}

}
