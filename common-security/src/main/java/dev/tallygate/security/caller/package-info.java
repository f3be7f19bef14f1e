/**
 * Who calls: how that is found out and remembered for a short while, what a caller may
 * act on, and what is answered to nobody.
 */
@NullMarked
package dev.tallygate.security.caller;

import org.jspecify.annotations.NullMarked;
