/**
 * The embeddings of OpenAI.
 */
@NullMarked
package dev.tallygate.simulator.embeddings;

import org.jspecify.annotations.NullMarked;
