/**
 * Who did what to which key, in a chain that shows tampering.
 */
@NullMarked
package dev.tallygate.keys.audit;

import org.jspecify.annotations.NullMarked;
