package dev.tallygate.security.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * Certificate authorities and what they issue, made with the JDK's keytool.
 */
public final class Certificates {

	private static final String PASSWORD = "changeit";

	private final Path file;

	/** Keeps everything in a folder. */
	public Certificates(Path folder, String... authorities) {
		this.file = folder.resolve("all.p12");
		for (String authority : authorities) {
			keytool("-genkeypair", "-alias", authority, "-dname", "CN=" + authority, "-ext", "bc:c");
		}
	}

	/** Issues a certificate with more options of keytool, such as its extensions. */
	public void issue(String alias, String authority, String... options) {
		List<String> all = new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-signer", authority));
		all.addAll(List.of(options));
		if (!all.contains("-dname")) {
			all.addAll(List.of("-dname", "CN=" + alias));
		}
		keytool(all.toArray(String[]::new));
	}

	private void keytool(String... arguments) {
		List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/keytool") + "",
				"-J-XX:TieredStopAtLevel=1", "-keyalg", "EC", "-groupname", "secp256r1", "-storetype", "PKCS12",
				"-keystore", this.file + "", "-storepass", PASSWORD));
		command.addAll(1, List.of(arguments[0]));
		command.addAll(List.of(arguments).subList(1, arguments.length));
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException(said);
			}
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Where the certificate is, with its chain, as PEM. */
	public Path certificate(String alias) {
		try {
			StringBuilder pem = new StringBuilder();
			for (Certificate certificate : all().getCertificateChain(alias)) {
				pem.append(pem("CERTIFICATE", certificate.getEncoded()));
			}
			return Files.writeString(this.file.resolveSibling(alias + ".crt"), pem);
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Where its private key is, as PEM. */
	public Path privateKey(String alias) {
		try {
			return Files.writeString(this.file.resolveSibling(alias + ".key"),
					pem("PRIVATE KEY", all().getKey(alias, PASSWORD.toCharArray()).getEncoded()));
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String pem(String type, byte[] bytes) {
		return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + type
				+ "-----\n";
	}

	private KeyStore all() throws GeneralSecurityException, IOException {
		KeyStore all = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(this.file)) {
			all.load(in, PASSWORD.toCharArray());
		}
		return all;
	}

	/** One's own certificate, if any, and trust in one authority. */
	public SslBundle bundle(@Nullable String own, String authority) {
		try {
			KeyStore all = all();
			KeyStore trusted = empty();
			trusted.setCertificateEntry(authority, all.getCertificate(authority));
			KeyStore mine = null;
			if (own != null) {
				mine = empty();
				mine.setKeyEntry(own, all.getKey(own, PASSWORD.toCharArray()), PASSWORD.toCharArray(),
						all.getCertificateChain(own));
			}
			return SslBundle.of(SslStoreBundle.of(mine, PASSWORD, trusted), SslBundleKey.of(PASSWORD));
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static KeyStore empty() throws GeneralSecurityException, IOException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		return store;
	}

}
