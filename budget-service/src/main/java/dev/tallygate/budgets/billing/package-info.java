@NullMarked
package dev.tallygate.budgets.billing;

import org.jspecify.annotations.NullMarked;
