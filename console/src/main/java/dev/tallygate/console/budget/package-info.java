/**
 * What may still be spent this month.
 */
@NullMarked
package dev.tallygate.console.budget;

import org.jspecify.annotations.NullMarked;
