/**
 * The other services' REST, and what became of a call to it.
 */
@NullMarked
package dev.tallygate.console.services;

import org.jspecify.annotations.NullMarked;
