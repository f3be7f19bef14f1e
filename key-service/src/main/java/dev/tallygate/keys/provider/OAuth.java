package dev.tallygate.keys.provider;

import dev.tallygate.security.secret.Secret;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How an account at a provider is connected instead of pasting a key.
 *
 * @param kind what the provider hands out
 * @param authorizationUri where the person agrees
 * @param tokenUri where a code becomes tokens, or a key
 * @param revocationUri where tokens are ended (RFC 7009); null where there is none
 * @param redirectUri where the provider sends the person back to: the console's
 * {@code /connect/callback}
 * @param clientId as the provider knows this installation; unused by the exchange kind
 * @param clientSecret likewise; null for a public client
 * @param scopes what is asked for
 */
public record OAuth(@DefaultValue("code") Kind kind, URI authorizationUri, URI tokenUri, @Nullable URI revocationUri,
		URI redirectUri, @DefaultValue("tallygate") String clientId, @Nullable Secret clientSecret,
		@DefaultValue List<String> scopes) {

	public OAuth {
		scopes = List.copyOf(scopes);
	}

	/** What a provider hands out. */
	public enum Kind {

		/** Tokens, by authorization code with PKCE (RFC 7636), and a refresh token. */
		CODE,
		/** A lasting key, by exchange of a code with PKCE, as OpenRouter does. */
		EXCHANGE

	}

}
