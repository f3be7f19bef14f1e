@NullMarked
package dev.tallygate.budgets.lease;

import org.jspecify.annotations.NullMarked;
