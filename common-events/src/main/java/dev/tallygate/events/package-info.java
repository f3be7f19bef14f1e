/**
 * Every event and topic: the records, their codec, the ids and the money they carry.
 */
@NullMarked
package dev.tallygate.events;

import org.jspecify.annotations.NullMarked;
