package dev.tallygate.keys.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.security.internal.ServiceCredentials;
import dev.tallygate.security.internal.ServiceProperties;
import dev.tallygate.security.secret.Secret;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class SignupAddressTests {

	private static final String CONNECTED = "203.0.113.9";

	private static final Map<String, Secret> SECRETS = Map.of("console",
			Secret.of("the-secret-of-the-console-for-tests-only"), "gateway",
			Secret.of("the-secret-of-the-gateway-for-tests-only"));

	private final SignupAddress address = new SignupAddress(of("keys"));

	@Test
	void believesTheConsole() {
		String console = of("console").authorizationAt("keys");
		assertThat(address(console, "192.0.2.7")).isEqualTo("192.0.2.7");
		assertThat(address(console, "2001:DB8:0::1")).isEqualTo(address(console, "2001:db8::1"));
	}

	@Test
	void believesNobodyElse() {
		for (@Nullable
		String who : new @Nullable String[] { null, "", "Basic !!!", "Bearer tg_dev_something",
				basic("console:a-secret-that-somebody-made-up-0123456789"), basic("console:"), basic("console"),
				of("gateway").authorization(), of("gateway").authorizationAt("keys"),
				of("console").authorizationAt("budget") }) {
			assertThat(address(who, "192.0.2.7")).as(String.valueOf(who)).isEqualTo(CONNECTED);
		}
		ServiceCredentials unknowing = new ServiceCredentials(new ServiceProperties("keys", null, Map.of()));
		MockHttpServletRequest request = request(of("console").authorizationAt("keys"), "192.0.2.7");
		assertThat(new SignupAddress(unknowing).of(request)).isEqualTo(CONNECTED);
	}

	@Test
	void takesOneAddressAndNothingElse() {
		String console = of("console").authorizationAt("keys");
		for (String told : new String[] { "", " ", "localhost", "192.0.2.7, 192.0.2.8", "unknown", "-", "192.0.2.7:80",
				"example.org" }) {
			assertThat(address(console, told)).as(told).isEqualTo(CONNECTED);
		}
		MockHttpServletRequest twice = request(console, "192.0.2.7");
		twice.addHeader("X-Forwarded-For", "192.0.2.8");
		assertThat(this.address.of(twice)).isEqualTo(CONNECTED);
		assertThat(this.address.of(request(console, null))).isEqualTo(CONNECTED);
	}

	private String address(@Nullable String authorization, String told) {
		return this.address.of(request(authorization, told));
	}

	private static MockHttpServletRequest request(@Nullable String authorization, @Nullable String told) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setRemoteAddr(CONNECTED);
		if (authorization != null) {
			request.addHeader("Authorization", authorization);
		}
		if (told != null) {
			request.addHeader("X-Forwarded-For", told);
		}
		return request;
	}

	private static String basic(String nameAndSecret) {
		return "Basic "
				+ Base64.getEncoder().encodeToString(nameAndSecret.getBytes(java.nio.charset.StandardCharsets.UTF_8));
	}

	private static ServiceCredentials of(String service) {
		return new ServiceCredentials(new ServiceProperties(service, null, SECRETS));
	}

}
