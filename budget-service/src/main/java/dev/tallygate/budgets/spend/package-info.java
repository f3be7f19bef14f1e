@NullMarked
package dev.tallygate.budgets.spend;

import org.jspecify.annotations.NullMarked;
