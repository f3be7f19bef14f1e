/**
 * The pages of administrators.
 */
@NullMarked
package dev.tallygate.console.admin;

import org.jspecify.annotations.NullMarked;
