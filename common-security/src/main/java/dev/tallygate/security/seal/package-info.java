/**
 * Sealing what a database keeps: AES-GCM, and the keys it is done with.
 */
@NullMarked
package dev.tallygate.security.seal;

import org.jspecify.annotations.NullMarked;
