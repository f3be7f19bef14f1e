package dev.tallygate.keys.vault;

import dev.tallygate.security.seal.AesGcm;
import dev.tallygate.security.seal.SealingKey;
import dev.tallygate.security.seal.SealingKeys;
import dev.tallygate.security.secret.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import javax.crypto.SecretKey;

/**
 * Seals secrets: AES-256-GCM under a fresh 256-bit data key that is used once, the data
 * key wrapped by AES-256-GCM under a master key with a random 96-bit nonce. Both layers
 * are bound to the {@link Binding}.
 */
public final class Vault {

	static final int AES_256_GCM = 1;

	private static final int WRAPPED_LENGTH = AesGcm.NONCE_LENGTH + AesGcm.KEY_LENGTH + AesGcm.TAG_LENGTH;

	private final SecureRandom random = new SecureRandom();

	private final SealingKeys masterKeys;

	private final LongAdder undecryptable = new LongAdder();

	Vault(SealingKeys masterKeys) {
		this.masterKeys = masterKeys;
	}

	/**
	 * Seals a secret under the first master key.
	 */
	public Sealed seal(Binding binding, Secret secret) {
		byte[] dataKey = random(AesGcm.KEY_LENGTH);
		byte[] nonce = random(AesGcm.NONCE_LENGTH);
		try {
			byte[] ciphertext = secret
				.use((plain) -> AesGcm.encrypt(AesGcm.key(dataKey), nonce, binding.ofPayload(AES_256_GCM), plain));
			SealingKey master = this.masterKeys.first();
			return new Sealed(AES_256_GCM, master.id(), wrap(binding, master, dataKey), nonce, ciphertext);
		}
		finally {
			Arrays.fill(dataKey, (byte) 0);
		}
	}

	/**
	 * Opens a sealed secret.
	 * @throws UndecryptableException whatever the reason
	 */
	public Secret open(Binding binding, Sealed sealed) {
		byte[] dataKey = unwrap(binding, sealed);
		byte[] plain = new byte[0];
		try {
			plain = decrypt(AesGcm.key(dataKey), sealed.nonce(), binding.ofPayload(sealed.algorithm()),
					sealed.ciphertext());
			return Secret.copyOf(plain);
		}
		finally {
			Arrays.fill(dataKey, (byte) 0);
			Arrays.fill(plain, (byte) 0);
		}
	}

	/**
	 * Wraps the data key under the first master key; the payload stays as it is, unread.
	 * @throws UndecryptableException whatever the reason
	 */
	Sealed rewrap(Binding binding, Sealed sealed) {
		byte[] dataKey = unwrap(binding, sealed);
		try {
			SealingKey master = this.masterKeys.first();
			return new Sealed(sealed.algorithm(), master.id(), wrap(binding, master, dataKey), sealed.nonce(),
					sealed.ciphertext());
		}
		finally {
			Arrays.fill(dataKey, (byte) 0);
		}
	}

	/** How many records did not decrypt since the start. */
	long undecryptable() {
		return this.undecryptable.sum();
	}

	private byte[] wrap(Binding binding, SealingKey master, byte[] dataKey) {
		byte[] nonce = random(AesGcm.NONCE_LENGTH);
		byte[] wrapped = AesGcm.encrypt(master.key(), nonce, binding.ofWrap(AES_256_GCM, master.id()), dataKey);
		return ByteBuffer.allocate(nonce.length + wrapped.length).put(nonce).put(wrapped).array();
	}

	private byte[] unwrap(Binding binding, Sealed sealed) {
		SealingKey master = this.masterKeys.find(sealed.masterKeyId());
		if (master == null || sealed.algorithm() != AES_256_GCM || sealed.wrappedKey().length != WRAPPED_LENGTH) {
			throw fail();
		}
		byte[] nonce = Arrays.copyOf(sealed.wrappedKey(), AesGcm.NONCE_LENGTH);
		byte[] wrapped = Arrays.copyOfRange(sealed.wrappedKey(), AesGcm.NONCE_LENGTH, WRAPPED_LENGTH);
		return decrypt(master.key(), nonce, binding.ofWrap(sealed.algorithm(), master.id()), wrapped);
	}

	private byte[] decrypt(SecretKey key, byte[] nonce, byte[] associated, byte[] sealed) {
		try {
			return AesGcm.decrypt(key, nonce, associated, sealed);
		}
		catch (GeneralSecurityException ex) {
			throw fail();
		}
	}

	private UndecryptableException fail() {
		this.undecryptable.increment();
		return new UndecryptableException();
	}

	private byte[] random(int length) {
		byte[] bytes = new byte[length];
		this.random.nextBytes(bytes);
		return bytes;
	}

}
