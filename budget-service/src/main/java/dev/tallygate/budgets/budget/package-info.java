@NullMarked
package dev.tallygate.budgets.budget;

import org.jspecify.annotations.NullMarked;
