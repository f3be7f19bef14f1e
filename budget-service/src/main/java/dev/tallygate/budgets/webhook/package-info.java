@NullMarked
package dev.tallygate.budgets.webhook;

import org.jspecify.annotations.NullMarked;
