/**
 * What was used this month.
 */
@NullMarked
package dev.tallygate.console.usage;

import org.jspecify.annotations.NullMarked;
