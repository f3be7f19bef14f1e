/**
 * Correcting what calls cost after a price was corrected.
 */
@NullMarked
package dev.tallygate.metering.rerating;

import org.jspecify.annotations.NullMarked;
