@NullMarked
package dev.tallygate.budgets.account;

import org.jspecify.annotations.NullMarked;
