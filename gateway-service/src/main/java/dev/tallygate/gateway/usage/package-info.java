/**
 * The life of a call in the books: begun, then settled or voided, never both, never
 * neither.
 */
@NullMarked
package dev.tallygate.gateway.usage;

import org.jspecify.annotations.NullMarked;
