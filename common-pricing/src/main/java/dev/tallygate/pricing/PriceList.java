package dev.tallygate.pricing;

import java.util.List;

/**
 * What was read from a file of prices.
 *
 * @param rows the rows that make sense
 * @param skipped what is wrong with each of the entries that do not
 * @param models how many models the file names
 */
public record PriceList(List<PriceRow> rows, List<Skipped> skipped, int models) {

	public PriceList {
		rows = List.copyOf(rows);
		skipped = List.copyOf(skipped);
	}

	/**
	 * An entry that makes no sense.
	 *
	 * @param model its name
	 * @param reason what is wrong with it
	 */
	public record Skipped(String model, String reason) {

	}

}
