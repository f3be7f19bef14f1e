/**
 * The OpenAI embeddings wire: requests and answers are scanned, never re-serialised.
 */
@NullMarked
package dev.tallygate.gateway.dialect.embeddings;

import org.jspecify.annotations.NullMarked;
