package dev.tallygate.security.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.secret.UnusableSecretException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SealingKeysTests {

	private static final String HEX_ONE = "8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30";

	private static final String HEX_TWO = "17c9e05ab3d2f84660917eadc35b28f4e96d01a87f3cb25498de6a07c1f3b582";

	@Test
	void theFirstEncryptsAndAllAreFoundByTheirIds() {
		SealingKeys keys = parse("k1:" + HEX_ONE + ", k2:" + HEX_TWO);
		assertThat(keys.first().id()).isEqualTo("k1");
		assertThat(keys.first().key().getEncoded()).isEqualTo(HexFormat.of().parseHex(HEX_ONE));
		assertThat(keys.first().key().getAlgorithm()).isEqualTo("AES");
		assertThat(keys.all()).extracting(SealingKey::id).containsExactly("k1", "k2");
		SealingKey second = keys.find("k2");
		assertThat(second).isNotNull().isSameAs(keys.all().stream().skip(1).findFirst().orElseThrow());
		assertThat(keys.find("k3")).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			k1                                                                    | without an id
			:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30     | without an id
			k 1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30  | without an id
			k1:                                                                   | not exactly 64
			k1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a3    | not exactly 64
			k1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a300  | not exactly 64
			k1:0000000000000000000000000000000000000000000000000000000000000000   | a placeholder
			k1:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff   | a placeholder
			k1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30,  | without an id
			k1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30,\
			k1:17c9e05ab3d2f84660917eadc35b28f4e96d01a87f3cb25498de6a07c1f3b582   | the id 'k1' twice
			k1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30,\
			k2:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30   | the same key as 'k1'""")
	void saysWhatIsWrongAndWhereAndNeverTheKey(String configured, String trouble) {
		assertThatExceptionOfType(UnusableSecretException.class).isThrownBy(() -> parse(configured))
			.withMessageContaining("THE_VARIABLE")
			.withMessageContaining(trouble)
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("8f3a", "17c9"));
	}

	@Test
	void refusesNoneAtAll() {
		assertThatExceptionOfType(UnusableSecretException.class).isThrownBy(() -> parse(null))
			.withMessageContaining("is not set");
		assertThatExceptionOfType(UnusableSecretException.class).isThrownBy(() -> parse(""))
			.withMessageContaining("is not set");
	}

	/** All of one byte, but not one that a placeholder is made of. */
	@Test
	void takesAnyOtherKeyForRandom() {
		assertThat(parse("k1:" + "7a".repeat(32)).first().id()).isEqualTo("k1");
		assertThat(parse("k1:00" + "7a".repeat(31)).first().id()).isEqualTo("k1");
		assertThat(parse("k1:ff" + "00".repeat(31)).first().id()).isEqualTo("k1");
	}

	@Test
	void showsNoKey() {
		assertThat(parse("k1:" + HEX_ONE).first()).hasToString("SealingKey[id=k1]");
	}

	private static SealingKeys parse(@Nullable String configured) {
		return SealingKeys.parse("THE_VARIABLE", (configured != null) ? Secret.of(configured) : null);
	}

}
