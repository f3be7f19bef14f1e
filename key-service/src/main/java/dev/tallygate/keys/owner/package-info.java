/**
 * Whose keys they are: the row that every change of a user's keys locks first.
 */
@NullMarked
package dev.tallygate.keys.owner;

import org.jspecify.annotations.NullMarked;
