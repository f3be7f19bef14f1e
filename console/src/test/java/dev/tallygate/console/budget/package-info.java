@NullMarked
package dev.tallygate.console.budget;

import org.jspecify.annotations.NullMarked;
