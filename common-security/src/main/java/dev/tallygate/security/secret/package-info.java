/**
 * Secret texts that cannot be printed by accident, where they come from, and the defaults
 * that keep them out of logs and errors.
 */
@NullMarked
package dev.tallygate.security.secret;

import org.jspecify.annotations.NullMarked;
