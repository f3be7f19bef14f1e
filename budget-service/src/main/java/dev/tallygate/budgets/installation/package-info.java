@NullMarked
package dev.tallygate.budgets.installation;

import org.jspecify.annotations.NullMarked;
