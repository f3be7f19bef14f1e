/**
 * The lists of models that can be called.
 */
@NullMarked
package dev.tallygate.gateway.completion.models;

import org.jspecify.annotations.NullMarked;
