@NullMarked
package dev.tallygate.console;

import org.jspecify.annotations.NullMarked;
