@NullMarked
package dev.tallygate.budgets.alert;

import org.jspecify.annotations.NullMarked;
