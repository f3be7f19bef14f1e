/**
 * People: signing up, changing, leaving.
 */
@NullMarked
package dev.tallygate.keys.user;

import org.jspecify.annotations.NullMarked;
