package dev.tallygate.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import org.junit.jupiter.api.Test;

class RecentEventsTests {

	private final RecentEvents recent = new RecentEvents(1);

	@Test
	void keepsOnlyWhatKafkaDoesNotHave() {
		for (long ordinal = 1; ordinal <= 100; ordinal++) {
			this.recent.add(event(ordinal), 0);
		}
		this.recent.acknowledged(60);
		this.recent.acknowledged(40);

		assertThat(this.recent.first()).isEqualTo(61);
		assertThat(this.recent.reaches(59)).isFalse();
		assertThat(this.recent.after(60, 3)).extracting(Sendable::ordinal).containsExactly(61L, 62L, 63L);

		this.recent.acknowledged(200);
		assertThat(this.recent.first()).isEqualTo(101);
		assertThat(this.recent.after(100, 10)).isEmpty();
		this.recent.add(event(101), 101);
		assertThat(this.recent.after(100, 10)).hasSize(1);
	}

	private static Sendable event(long ordinal) {
		return new Sendable(ordinal, ordinal, new UserId(UuidV7.next()), new byte[2000], 0);
	}

}
