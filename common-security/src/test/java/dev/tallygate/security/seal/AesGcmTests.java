package dev.tallygate.security.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AesGcmTests {

	private static final HexFormat HEX = HexFormat.of();

	/**
	 * Those of "The Galois/Counter Mode of Operation" by McGrew and Viega, appendix B,
	 * that have 256-bit keys and 96-bit nonces: test cases 13 to 16.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', emptyValue = "",
			textBlock = """
					0000000000000000000000000000000000000000000000000000000000000000 | 000000000000000000000000 \
					| '' | '' | '' | 530f8afbc74536b9a963b4f1c4cb738b
					0000000000000000000000000000000000000000000000000000000000000000 | 000000000000000000000000 \
					| '' | 00000000000000000000000000000000 | cea7403d4d606b6e074ec5d3baf39d18 | d0d1c8a799996bf0265b98b5d48ab919
					feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308 | cafebabefacedbaddecaf888 \
					| '' | d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
					1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255 \
					| 522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
					8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad | b094dac5d93471bdec1a502270e3cc6c
					feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308 | cafebabefacedbaddecaf888 \
					| feedfacedeadbeeffeedfacedeadbeefabaddad2 \
					| d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
					1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39 \
					| 522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
					8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662 | 76fc6ece0f4e1768cddf8853bb2d551b""")
	void agreesWithThePublishedVectors(String key, String nonce, String associated, String plain, String ciphertext,
			String tag) throws GeneralSecurityException {
		SecretKey secretKey = AesGcm.key(HEX.parseHex(key));
		byte[] sealed = HEX.parseHex(ciphertext + tag);
		assertThat(AesGcm.encrypt(secretKey, HEX.parseHex(nonce), HEX.parseHex(associated), HEX.parseHex(plain)))
			.isEqualTo(sealed);
		assertThat(AesGcm.decrypt(secretKey, HEX.parseHex(nonce), HEX.parseHex(associated), sealed))
			.isEqualTo(HEX.parseHex(plain));
		sealed[sealed.length - 1] ^= 1;
		assertThatExceptionOfType(GeneralSecurityException.class)
			.isThrownBy(() -> AesGcm.decrypt(secretKey, HEX.parseHex(nonce), HEX.parseHex(associated), sealed));
	}

	@Test
	void separatesFieldsByTheirLength() {
		assertThat(AesGcm.lengthPrefixed("a", "bc")).isNotEqualTo(AesGcm.lengthPrefixed("ab", "c"));
		assertThat(AesGcm.lengthPrefixed("a", "", "µ"))
			.isEqualTo(HEX.parseHex("0000000161" + "00000000" + "00000002c2b5"));
	}

	@Test
	void takesNoNonceOfAnotherLength() {
		SecretKey key = AesGcm.key(new byte[AesGcm.KEY_LENGTH]);
		for (int length : new int[] { 0, 11, 13, 16 }) {
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> AesGcm.encrypt(key, new byte[length], new byte[0], new byte[1]));
			assertThatExceptionOfType(GeneralSecurityException.class)
				.isThrownBy(() -> AesGcm.decrypt(key, new byte[length], new byte[0], new byte[17]));
		}
	}

}
