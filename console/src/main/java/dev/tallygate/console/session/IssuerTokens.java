package dev.tallygate.console.session;

import dev.tallygate.console.services.KeyNotAcceptedException;
import dev.tallygate.security.secret.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2RefreshTokenGrantRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/**
 * The ID token of a session, replaced by the refresh token a while before it ends.
 * Whoever has left the issuer gets no new one, and the session ends with the old.
 */
final class IssuerTokens implements Credential {

	private static final Logger logger = LoggerFactory.getLogger(IssuerTokens.class);

	private final ClientRegistration client;

	private final OAuth2AccessTokenResponseClient<OAuth2RefreshTokenGrantRequest> endpoint;

	private final JwtDecoder decoder;

	private final String subject;

	private final Duration ahead;

	private final Clock clock;

	private OAuth2AccessToken accessToken;

	private @Nullable OAuth2RefreshToken refreshToken;

	private Secret idToken;

	private Instant end;

	IssuerTokens(ClientRegistration client, OAuth2AccessTokenResponseClient<OAuth2RefreshTokenGrantRequest> endpoint,
			JwtDecoder decoder, Tokens first, Duration ahead, Clock clock) {
		this.client = client;
		this.endpoint = endpoint;
		this.decoder = decoder;
		this.subject = first.subject();
		this.ahead = ahead;
		this.clock = clock;
		this.accessToken = first.access();
		this.refreshToken = first.refresh();
		this.idToken = Secret.of(first.id());
		this.end = first.end();
	}

	@Override
	public synchronized Secret current() {
		Instant now = this.clock.instant();
		if (now.isBefore(this.end.minus(this.ahead))) {
			return this.idToken;
		}
		refresh();
		if (!now.isBefore(this.end)) {
			throw new KeyNotAcceptedException();
		}
		return this.idToken;
	}

	private void refresh() {
		if (this.refreshToken == null) {
			return;
		}
		try {
			OAuth2AccessTokenResponse answer = this.endpoint
				.getTokenResponse(new OAuth2RefreshTokenGrantRequest(this.client, this.accessToken, this.refreshToken));
			Object token = answer.getAdditionalParameters().get(OidcParameterNames.ID_TOKEN);
			this.accessToken = answer.getAccessToken();
			this.refreshToken = (answer.getRefreshToken() != null) ? answer.getRefreshToken() : this.refreshToken;
			if (token instanceof String text) {
				accept(this.decoder.decode(text));
			}
		}
		catch (OAuth2AuthorizationException | JwtException ex) {
			// The class alone: a message may quote what was sent. The old token goes on
			// until its end, and the next use tries again.
			logger.warn("The token of a session could not be replaced: {}", ex.getClass().getSimpleName());
		}
	}

	/** A new token of another person would be the issuer's mistake, not a new session. */
	private void accept(Jwt token) {
		if (this.subject.equals(token.getSubject()) && token.getExpiresAt() != null) {
			this.idToken = Secret.of(token.getTokenValue());
			this.end = Objects.requireNonNull(token.getExpiresAt());
		}
	}

	@Override
	public String toString() {
		return "IssuerTokens[" + this.end + "]";
	}

	/**
	 * What a sign-in gave.
	 */
	record Tokens(OAuth2AccessToken access, @Nullable OAuth2RefreshToken refresh, String id, String subject,
			Instant end) {

		@Override
		public String toString() {
			return "Tokens[]";
		}

	}

}
