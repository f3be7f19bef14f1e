package dev.tallygate.console.usage;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.Moments;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the usage panel shows.
 */
record UsageView(boolean unused, String cost, String calls, String failed, String inputTokens, String outputTokens,
		List<Row> rows, List<Provider> providers, List<String> remarks, @Nullable String asOf) {

	static UsageView of(UsageSummary usage, ZoneId zone) {
		return new UsageView(usage.unused(), Dollars.ofNanos(usage.totalCostNanos()),
				Dollars.count(usage.requestCount()), Dollars.count(usage.failedRequests()),
				Dollars.count(usage.inputTokens()), Dollars.count(usage.outputTokens()),
				usage.rows().stream().map(Row::of).toList(), providers(usage), remarks(usage),
				(usage.asOf() != null) ? Moments.time(usage.asOf(), zone) : null);
	}

	/**
	 * A provider all of whose calls have no price cost an unknown amount, not nothing.
	 */
	private static List<Provider> providers(UsageSummary usage) {
		return usage.providers().stream().map((provider) -> {
			List<UsageSummary.ModelUsage> models = usage.rows()
				.stream()
				.filter((row) -> Objects.equals(row.provider(), provider.provider()))
				.toList();
			return new Provider(Row.named(provider.provider()), new UsageSummary.ModelUsage(null, null,
					models.stream().mapToLong(UsageSummary.ModelUsage::requestCount).sum(), 0, 0, 0,
					provider.costNanos(), models.stream().mapToLong(UsageSummary.ModelUsage::unpricedRequests).sum(),
					models.stream().mapToLong(UsageSummary.ModelUsage::partlyPricedRequests).sum())
				.cost());
		}).toList();
	}

	private static List<String> remarks(UsageSummary usage) {
		List<String> remarks = new ArrayList<>();
		if (usage.unpricedRequests() > 0) {
			remarks.add(calls(usage.unpricedRequests()) + " used a model without a price and "
					+ ((usage.unpricedRequests() == 1) ? "is" : "are")
					+ " not in any cost shown here. Ask your administrator to add the price.");
		}
		if (usage.partlyPricedRequests() > 0) {
			remarks.add(calls(usage.partlyPricedRequests())
					+ " used something without a price, such as a tool; the cost shown is for the rest.");
		}
		if (usage.estimatedRequests() > 0) {
			remarks.add("The tokens of " + calls(usage.estimatedRequests())
					+ " are estimated, because the provider did not report them, most often as the answer was interrupted.");
		}
		return remarks;
	}

	private static String calls(long number) {
		return Dollars.count(number, "call");
	}

	/**
	 * What one provider cost.
	 */
	record Provider(String provider, String cost) {
	}

	/**
	 * A line of the table.
	 */
	record Row(String model, String provider, String calls, String inputTokens, String cachedTokens,
			String outputTokens, String cost) {

		static Row of(UsageSummary.ModelUsage usage) {
			return new Row(named(usage.model()), named(usage.provider()), Dollars.count(usage.requestCount()),
					Dollars.count(usage.inputTokens()), Dollars.count(usage.cacheReadInputTokens()),
					Dollars.count(usage.outputTokens()), usage.cost());
		}

		private static String named(@Nullable String name) {
			return (name != null && !name.isBlank()) ? name : "unknown";
		}

	}

}
