/**
 * What the dialects share: scanning JSON and counting tokens.
 */
@NullMarked
package dev.tallygate.gateway.dialect;

import org.jspecify.annotations.NullMarked;
