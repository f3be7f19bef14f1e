@NullMarked
package dev.tallygate.budgets.audit;

import org.jspecify.annotations.NullMarked;
