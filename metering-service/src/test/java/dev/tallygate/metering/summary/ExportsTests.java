package dev.tallygate.metering.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.problem.ProblemException;
import org.junit.jupiter.api.Test;

class ExportsTests {

	private final Exports exports = new Exports(new Exports.ExportProperties(2, 3));

	private final UserId user = new UserId(UuidV7.next());

	@Test
	void letsAUserHaveTwoAtATime() {
		Exports.Running first = this.exports.begin(this.user);
		this.exports.begin(this.user);
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> this.exports.begin(this.user))
			.satisfies((ex) -> assertThat(ex.problem().status()).isEqualTo(429));
		first.close();
		this.exports.begin(this.user).close();
	}

	@Test
	void letsAllTogetherHaveNoMoreThanTheLimit() {
		this.exports.begin(this.user);
		this.exports.begin(this.user);
		this.exports.begin(new UserId(UuidV7.next()));
		UserId late = new UserId(UuidV7.next());
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> this.exports.begin(late));
	}

}
