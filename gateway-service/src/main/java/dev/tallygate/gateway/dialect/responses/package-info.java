/**
 * The OpenAI responses wire: requests, answers and streams are scanned, never
 * re-serialised.
 */
@NullMarked
package dev.tallygate.gateway.dialect.responses;

import org.jspecify.annotations.NullMarked;
