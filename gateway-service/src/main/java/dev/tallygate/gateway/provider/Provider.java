package dev.tallygate.gateway.provider;

import java.net.URI;

/**
 * A provider as key-service lists it.
 *
 * @param name by which models are addressed, such as {@code openai}
 * @param dialect the wire it speaks
 * @param baseUrl where it is, version path included; only to show, calls go where the
 * revealed credential says
 * @param needsKey whether it takes no call without a key
 * @param hasSystemKey whether the operator has a key for it
 */
public record Provider(String name, Dialect dialect, URI baseUrl, boolean needsKey, boolean hasSystemKey) {

}
