/**
 * The OpenAI wire: requests, answers and streams are scanned, never re-serialised.
 */
@NullMarked
package dev.tallygate.gateway.dialect.openai;

import org.jspecify.annotations.NullMarked;
