package dev.tallygate.budgets.account;

import java.time.YearMonth;
import java.time.ZoneId;

/**
 * A zone that its owner has asked for and that is not in force yet.
 *
 * @param zone the zone asked for
 * @param from the first month that is counted in it
 */
public record ZoneChange(ZoneId zone, YearMonth from) {

}
