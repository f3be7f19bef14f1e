import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.PriceList;
import dev.tallygate.pricing.PriceListReader;
import dev.tallygate.pricing.PriceRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says how much of a price file in LiteLLM's format is understood. Run by price-coverage.
 */
class PriceCoverage {

	public static void main(String[] args) throws Exception {
		byte[] file = Files.readAllBytes(Path.of(args[0]));
		PriceList list = PriceListReader.read(file);
		Map<String, Integer> ignored = new TreeMap<>();
		Map<String, String> examples = new TreeMap<>();
		int full = 0;
		int byToken = 0;
		int byTokenInFull = 0;
		for (PriceRow row : list.rows()) {
			for (String key : row.ignored()) {
				ignored.merge(key, 1, Integer::sum);
				examples.putIfAbsent(key, row.provider() + '/' + row.model());
			}
			int whole = row.ignored().isEmpty() ? 1 : 0;
			full += whole;
			if (row.price(Meter.INPUT) != null && row.price(Meter.OUTPUT) != null) {
				byToken++;
				byTokenInFull += whole;
			}
		}
		Map<String, Integer> keys = keys(file);
		TreeSet<String> known = new TreeSet<>(keys.keySet());
		known.removeAll(ignored.keySet());
		int entries = keys.values().stream().mapToInt(Integer::intValue).sum();
		int understood = known.stream().mapToInt(keys::get).sum();
		System.out.printf("models %d, with prices %d, skipped %d%n", list.models(), list.rows().size(),
				list.skipped().size());
		System.out.printf("taken in full %s; of those priced by the token %s%n", share(full, list.rows().size()),
				share(byTokenInFull, byToken));
		System.out.printf("kinds of price key understood %s; prices in the file understood %s%n",
				share(known.size(), keys.size()), share(understood, entries));
		ignored.forEach((key, count) -> System.out.printf("  not understood: %-55s %4d, as in %s%n", key, count,
				examples.get(key)));
		list.skipped().forEach((each) -> System.out.println("  skipped: " + each.model() + ": " + each.reason()));
	}

	private static Map<String, Integer> keys(byte[] file) {
		Map<String, Integer> keys = new TreeMap<>();
		for (Map.Entry<String, JsonNode> model : JsonMapper.shared().readTree(file).properties()) {
			if (!"sample_spec".equals(model.getKey())) {
				model.getValue().propertyNames().stream().filter(PriceCoverage::isPrice)
					.forEach((key) -> keys.merge(key, 1, Integer::sum));
			}
		}
		return keys;
	}

	private static boolean isPrice(String key) {
		return key.contains("cost") || key.contains("pricing") || key.contains("multiplier")
				|| key.equals("search_free_requests") || key.equals("provider_specific_entry");
	}

	private static String share(int part, int whole) {
		return "%d of %d (%.1f %%)".formatted(part, whole, 100.0 * part / Math.max(1, whole));
	}

}
