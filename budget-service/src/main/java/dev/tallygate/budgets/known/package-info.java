@NullMarked
package dev.tallygate.budgets.known;

import org.jspecify.annotations.NullMarked;
