@NullMarked
package dev.tallygate.budgets;

import org.jspecify.annotations.NullMarked;
