package dev.tallygate.gateway.completion;

import java.util.List;

/**
 * What one room serves under {@code /v1}.
 *
 * @param routes each for paths that no other serves
 */
public record WireRoutes(List<WireRoute> routes) {

}
