/**
 * What a person's calls go to: the default model, the agents', and the prices.
 */
@NullMarked
package dev.tallygate.console.models;

import org.jspecify.annotations.NullMarked;
