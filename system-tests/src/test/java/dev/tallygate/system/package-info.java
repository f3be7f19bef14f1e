/**
 * Real processes, real clients, {@code kill -9}, and every token held against the
 * provider's own bill.
 */
@NullMarked
package dev.tallygate.system;

import org.jspecify.annotations.NullMarked;
