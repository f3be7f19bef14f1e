package dev.tallygate.keys.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.events.UserId;
import dev.tallygate.security.seal.AesGcm;
import dev.tallygate.security.seal.SealingKeys;
import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.secret.UnusableSecretException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaultTests {

	private static final String ONE = "k1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30";

	private static final String TWO = "k2:17c9e05ab3d2f84660917eadc35b28f4e96d01a87f3cb25498de6a07c1f3b582";

	private static final String SECRET = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789";

	private static final UserId OWNER = UserId.parse("0199aa00-0000-7000-8000-000000000001");

	private static final UUID RECORD = UUID.fromString("0199aa00-0000-7000-8000-000000000005");

	private static final Binding BINDING = new Binding(OWNER, "openai", "https://api.openai.com", RECORD, 1);

	private final Vault vault = vault(ONE);

	@Test
	void opensWhatItSealed() {
		Sealed sealed = this.vault.seal(BINDING, Secret.of(SECRET));
		assertThat(this.vault.open(BINDING, sealed).matches(Secret.of(SECRET))).isTrue();
		assertThat(new String(sealed.ciphertext(), java.nio.charset.StandardCharsets.ISO_8859_1))
			.doesNotContain("proj");
	}

	@Test
	void saysNothingOfWhatIsSealed() {
		Sealed sealed = this.vault.seal(BINDING, Secret.of(SECRET));
		assertThat(sealed).hasToString("Sealed[masterKeyId=k1]");
	}

	@Test
	void refusesARecordMovedToAnyOtherPlace() {
		Sealed sealed = this.vault.seal(BINDING, Secret.of(SECRET));
		UserId other = new UserId(new UUID(1, 2));
		List<Binding> places = List.of(new Binding(other, "openai", BINDING.origin(), RECORD, 1),
				new Binding(OWNER, "anthropic", BINDING.origin(), RECORD, 1),
				new Binding(OWNER, "openai", "https://evil.example", RECORD, 1),
				new Binding(OWNER, "openai", BINDING.origin(), UUID.randomUUID(), 1),
				new Binding(OWNER, "openai", BINDING.origin(), RECORD, 2),
				new Binding(OWNER, "openaih", "ttps://api.openai.com", RECORD, 1));
		for (Binding place : places) {
			assertRefused(this.vault, place, sealed);
		}
	}

	/** Each layer by itself: the other one would cover a field left out of this one. */
	@Test
	void bindsEveryFieldAtThePayloadAndAtTheWrap() {
		List<Binding> places = List.of(BINDING,
				new Binding(new UserId(new UUID(1, 2)), "openai", BINDING.origin(), RECORD, 1),
				new Binding(OWNER, "anthropic", BINDING.origin(), RECORD, 1),
				new Binding(OWNER, "openai", "https://evil.example", RECORD, 1),
				new Binding(OWNER, "openai", BINDING.origin(), new UUID(3, 4), 1),
				new Binding(OWNER, "openai", BINDING.origin(), RECORD, 2));
		assertThat(places.stream().map((place) -> hex(place.ofPayload(1)))).doesNotHaveDuplicates();
		assertThat(places.stream().map((place) -> hex(place.ofWrap(1, "k1")))).doesNotHaveDuplicates();
		assertThat(BINDING.ofPayload(1)).isNotEqualTo(BINDING.ofPayload(2));
		assertThat(BINDING.ofWrap(1, "k1")).isNotEqualTo(BINDING.ofWrap(2, "k1"))
			.isNotEqualTo(BINDING.ofWrap(1, "k2"))
			.isNotEqualTo(BINDING.ofPayload(1));
	}

	@Test
	void refusesPartsOfTwoRecordsPutTogether() {
		Binding next = new Binding(OWNER, "openai", BINDING.origin(), RECORD, 2);
		Sealed a = this.vault.seal(BINDING, Secret.of(SECRET));
		Sealed b = this.vault.seal(next, Secret.of("sk-another-secret"));
		for (int parts = 1; parts < 7; parts++) {
			Sealed mixed = new Sealed(1, "k1", ((parts & 1) != 0) ? b.wrappedKey() : a.wrappedKey(),
					((parts & 2) != 0) ? b.nonce() : a.nonce(), ((parts & 4) != 0) ? b.ciphertext() : a.ciphertext());
			assertRefused(this.vault, BINDING, mixed);
			assertRefused(this.vault, next, mixed);
		}
	}

	@Test
	void refusesEveryFlippedBitAndEveryTruncationWithTheSameError() {
		Sealed sealed = this.vault.seal(BINDING, Secret.of(SECRET));
		List<Sealed> damaged = new ArrayList<>();
		for (byte[] bytes : variants(sealed.wrappedKey())) {
			damaged.add(new Sealed(1, "k1", bytes, sealed.nonce(), sealed.ciphertext()));
		}
		for (byte[] bytes : variants(sealed.nonce())) {
			damaged.add(new Sealed(1, "k1", sealed.wrappedKey(), bytes, sealed.ciphertext()));
		}
		for (byte[] bytes : variants(sealed.ciphertext())) {
			damaged.add(new Sealed(1, "k1", sealed.wrappedKey(), sealed.nonce(), bytes));
		}
		damaged.add(new Sealed(0, "k1", sealed.wrappedKey(), sealed.nonce(), sealed.ciphertext()));
		damaged.add(new Sealed(2, "k1", sealed.wrappedKey(), sealed.nonce(), sealed.ciphertext()));
		damaged.add(new Sealed(1, "k9", sealed.wrappedKey(), sealed.nonce(), sealed.ciphertext()));
		damaged.add(new Sealed(1, "", sealed.wrappedKey(), sealed.nonce(), sealed.ciphertext()));
		assertThat(damaged).hasSizeGreaterThan(1000);
		for (Sealed each : damaged) {
			assertRefused(this.vault, BINDING, each);
		}
		assertThat(this.vault.undecryptable()).isEqualTo(damaged.size());
	}

	@Test
	void neverUsesADataKeyOrNonceTwice() throws Exception {
		Set<String> nonces = ConcurrentHashMap.newKeySet();
		Set<String> wraps = ConcurrentHashMap.newKeySet();
		Set<String> ciphertexts = ConcurrentHashMap.newKeySet();
		int threads = 16;
		int each = Integer.getInteger("vault.encryptions", 32_000) / threads;
		try (var executor = Executors.newFixedThreadPool(threads)) {
			for (int i = 0; i < threads; i++) {
				executor.execute(() -> {
					Vault own = vault(ONE);
					for (int j = 0; j < each; j++) {
						Sealed sealed = own.seal(BINDING, Secret.of(SECRET));
						nonces.add(hex(sealed.nonce()));
						wraps.add(hex(Arrays.copyOf(sealed.wrappedKey(), AesGcm.NONCE_LENGTH)));
						ciphertexts.add(hex(sealed.ciphertext()));
					}
				});
			}
		}
		assertThat(nonces).hasSize(threads * each);
		assertThat(wraps).hasSize(threads * each);
		assertThat(ciphertexts).hasSize(threads * each);
	}

	@Test
	void rewrapsTheKeyWithoutTouchingThePayload() {
		Sealed old = this.vault.seal(BINDING, Secret.of(SECRET));
		Sealed rewrapped = vault(TWO + "," + ONE).rewrap(BINDING, old);
		assertThat(rewrapped.masterKeyId()).isEqualTo("k2");
		assertThat(rewrapped.ciphertext()).isEqualTo(old.ciphertext());
		assertThat(rewrapped.nonce()).isEqualTo(old.nonce());
		assertThat(vault(TWO).open(BINDING, rewrapped).matches(Secret.of(SECRET))).isTrue();
		assertRefused(this.vault, BINDING, rewrapped);
	}

	@Test
	void opensAnOldDumpAfterTwoRotationsUntilItsKeyIsDestroyed() {
		Sealed dumped = this.vault.seal(BINDING, Secret.of(SECRET));
		String three = "k3:c2e8175fa09b3d64f1d70a8e52bc963418fe7d20ab59e6c3074f91d8b6a3520e";
		assertThat(vault(three + "," + TWO + "," + ONE).open(BINDING, dumped).matches(Secret.of(SECRET))).isTrue();
		assertRefused(vault(three + "," + TWO), BINDING, dumped);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "k1", "k1:", ":8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30",
			"k1:8f3a61", "k1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a3",
			"k1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a3000",
			"k1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a3g", ONE + ",", ONE + "," + ONE,
			ONE + ",k2:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30",
			"k1:0000000000000000000000000000000000000000000000000000000000000000",
			"k1:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
			"k 1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30" })
	void refusesAMissingMalformedPlaceholderOrDuplicateMasterKeyWithoutShowingIt(@Nullable String configured) {
		Secret secret = (configured != null) ? Secret.of(configured) : null;
		assertThatExceptionOfType(UnusableSecretException.class)
			.isThrownBy(() -> SealingKeys.parse(VaultConfiguration.VARIABLE, secret))
			.withMessageContaining("TALLYGATE_MASTER_KEY")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("8f3a").doesNotContain("ffff"));
	}

	private static void assertRefused(Vault vault, Binding binding, Sealed sealed) {
		assertThatExceptionOfType(UndecryptableException.class).isThrownBy(() -> vault.open(binding, sealed))
			.withMessage("the record does not decrypt")
			.withNoCause();
	}

	private static List<byte[]> variants(byte[] bytes) {
		List<byte[]> variants = new ArrayList<>();
		for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
			byte[] flipped = bytes.clone();
			flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
			variants.add(flipped);
		}
		for (int length = 0; length < bytes.length; length++) {
			variants.add(Arrays.copyOf(bytes, length));
		}
		variants.add(Arrays.copyOf(bytes, bytes.length + 1));
		return variants;
	}

	private static Vault vault(String keys) {
		return new Vault(SealingKeys.parse(VaultConfiguration.VARIABLE, Secret.of(keys)));
	}

	private static String hex(byte[] bytes) {
		return HexFormat.of().formatHex(bytes);
	}

}
