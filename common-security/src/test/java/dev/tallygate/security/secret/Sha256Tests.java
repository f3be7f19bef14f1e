package dev.tallygate.security.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * The first value is the example of FIPS 180-2.
 */
class Sha256Tests {

	@Test
	void isThatOfTheStandard() {
		assertThat(HexFormat.of().formatHex(Sha256.of("abc")))
			.isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	}

	@Test
	void ofPiecesIsThatOfTheWhole() {
		assertThat(Sha256.ofAll("a".getBytes(StandardCharsets.UTF_8), "bc".getBytes(StandardCharsets.UTF_8)))
			.isEqualTo(Sha256.of("abc"));
		assertThat(Sha256.of("ä")).isEqualTo(Sha256.ofAll(new byte[] { (byte) 0xC3, (byte) 0xA4 }));
	}

}
