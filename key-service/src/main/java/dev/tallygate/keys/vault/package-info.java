/**
 * Secrets at rest: sealed under a data key each, the data keys wrapped by master keys.
 */
@NullMarked
package dev.tallygate.keys.vault;

import org.jspecify.annotations.NullMarked;
