/**
 * Lists in pages: size, cursor, answer.
 */
@NullMarked
package dev.tallygate.security.paging;

import org.jspecify.annotations.NullMarked;
