package dev.tallygate.keys.introspection;

import dev.tallygate.keys.user.Claims;
import dev.tallygate.keys.user.Subject;
import dev.tallygate.keys.user.Subjects;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.IntrospectionOutcome;
import dev.tallygate.security.caller.IntrospectionOutcome.Active;
import dev.tallygate.security.caller.IntrospectionOutcome.Inactive;
import dev.tallygate.security.caller.IntrospectionOutcome.Unavailable;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.caller.Tags;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestTemplate;

/**
 * Checks JWTs of the configured issuer: signature, issuer and times by Spring Security,
 * the audience here.
 */
@Component
@ConditionalOnProperty("tallygate.oidc.issuer-uri")
class JwtSubjects {

	private static final Logger logger = LoggerFactory.getLogger(JwtSubjects.class);

	private static final int MAX_SUBJECT = 255;

	private final JwtDecoder decoder;

	private final Subjects subjects;

	private final OidcProperties properties;

	private final Clock clock;

	JwtSubjects(OidcProperties properties, Subjects subjects, Clock clock) {
		this.clock = clock;
		this.properties = properties;
		this.subjects = subjects;
		this.decoder = new SupplierJwtDecoder(() -> decoder(properties));
	}

	private static JwtDecoder decoder(OidcProperties properties) {
		String issuer = Objects.requireNonNull(properties.issuerUri());
		SimpleClientHttpRequestFactory requests = new SimpleClientHttpRequestFactory();
		requests.setConnectTimeout(properties.connectTimeout());
		requests.setReadTimeout(properties.readTimeout());
		NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(issuer)
			.restOperations(new RestTemplate(requests))
			.build();
		decoder.setJwtValidator(JwtValidators.createDefaultWithIssuer(issuer));
		return decoder;
	}

	/**
	 * Looks a JWT up.
	 */
	IntrospectionOutcome introspect(String token) {
		if (token.chars().filter((character) -> character == '.').count() != 2) {
			return new Inactive();
		}
		try {
			return caller(this.decoder.decode(token)).<IntrospectionOutcome>map(Active::new).orElseGet(Inactive::new);
		}
		catch (BadJwtException ex) {
			return new Inactive();
		}
		catch (JwtException | JwtDecoderInitializationException ex) {
			logger.warn("The OIDC issuer could not be asked: {}", ex.getClass().getSimpleName());
			return new Unavailable();
		}
	}

	/** The decoder's leeway for clocks is not one for a token's end. */
	private Optional<Caller> caller(Jwt jwt) {
		String name = jwt.getSubject();
		Instant expiresAt = jwt.getExpiresAt();
		Instant issuedAt = jwt.getIssuedAt();
		if (name == null || name.isEmpty() || name.length() > MAX_SUBJECT || expiresAt == null || issuedAt == null
				|| !expiresAt.isAfter(this.clock.instant()) || !isForUs(jwt)) {
			return Optional.empty();
		}
		Subject subject = new Subject(String.valueOf(this.properties.issuerUri()), name);
		return this.subjects.find(subject, new Claims(issuedAt, expiresAt, verifiedEmail(jwt),
				jwt.getClaimAsString("name"), roleOf(jwt), tagsOf(jwt)));
	}

	private @Nullable Role roleOf(Jwt jwt) {
		String claim = this.properties.roleClaim();
		if (claim == null) {
			return null;
		}
		return Collections.disjoint(values(jwt.getClaim(claim)), this.properties.adminValues()) ? Role.MEMBER
				: Role.ADMIN;
	}

	/** A text of several words is a list, as a scope is. */
	private static List<String> values(@Nullable Object claim) {
		return switch (claim) {
			case Collection<?> several -> several.stream().map(String::valueOf).toList();
			case String one -> List.of(one.split(" "));
			case null, default -> List.of();
		};
	}

	/** What cannot be a tag is none. */
	private Tags tagsOf(Jwt jwt) {
		Map<String, String> tags = new TreeMap<>();
		this.properties.tags().forEach((name, claim) -> {
			if (jwt.getClaim(claim) instanceof String value && isTag(name, value)) {
				tags.put(name, value);
			}
		});
		return Tags.of(tags);
	}

	private static boolean isTag(String name, String value) {
		try {
			Tags.of(Map.of(name, value)).checked();
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private boolean isForUs(Jwt jwt) {
		String client = this.properties.clientId();
		List<String> audience = jwt.getAudience();
		return client == null || (audience != null && audience.contains(client))
				|| client.equals(jwt.getClaimAsString("azp"));
	}

	private static @Nullable String verifiedEmail(Jwt jwt) {
		return Boolean.TRUE.equals(jwt.getClaimAsBoolean("email_verified")) ? jwt.getClaimAsString("email") : null;
	}

}
