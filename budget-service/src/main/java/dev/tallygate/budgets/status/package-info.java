@NullMarked
package dev.tallygate.budgets.status;

import org.jspecify.annotations.NullMarked;
