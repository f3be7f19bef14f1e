package dev.tallygate.pricing.wire;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The members of a usage object, of which it is noted which were looked at, so that the
 * others can be named.
 */
final class Fields {

	/** Far above any count, far below where sums of them would wrap. */
	private static final long HIGHEST = 1L << 60;

	private final @Nullable JsonNode node;

	private final String path;

	private final Found found;

	/** Of the members that are there. */
	private final Set<String> seen = new HashSet<>(8);

	/** What came up on the way. */
	static final class Found {

		final Set<String> unknown = new HashSet<>();

		boolean corrected;

	}

	private Fields(@Nullable JsonNode node, String path, Found found) {
		this.node = (node != null && node.isObject()) ? node : null;
		this.path = path;
		this.found = found;
	}

	static Fields of(JsonNode node, Found found) {
		return new Fields(node, "", found);
	}

	/** Whether there is such an object at all. */
	boolean exists() {
		return this.node != null;
	}

	/** The object of the first of these names that is there. */
	Fields object(String... names) {
		Fields found = new Fields(null, this.path, this.found);
		for (String name : names) {
			JsonNode member = member(name);
			if (member != null && member.isObject() && !found.exists()) {
				found = new Fields(member, this.path + name + '.', this.found);
			}
		}
		return found;
	}

	/** The member as it is; missing when it is not there. */
	@Nullable JsonNode member(String name) {
		JsonNode member = (this.node != null) ? this.node.get(name) : null;
		if (member != null) {
			this.seen.add(name);
		}
		return member;
	}

	@Nullable String text(String... names) {
		String text = null;
		for (String name : names) {
			JsonNode member = member(name);
			if (text == null && member != null && member.isString()) {
				text = member.stringValue();
			}
		}
		return text;
	}

	/** The largest count under any of these names, which mean the same; null for none. */
	@Nullable Long count(String... names) {
		Long count = null;
		for (String name : names) {
			Long each = count(member(name));
			if (each != null && (count == null || each > count)) {
				count = each;
			}
		}
		return count;
	}

	private @Nullable Long count(@Nullable JsonNode member) {
		if (member == null || !member.isNumber()) {
			return null;
		}
		if (member.isIntegralNumber() && member.canConvertToLong()) {
			long count = member.longValue();
			if (count < 0) {
				this.found.corrected = true;
				return null;
			}
			return Math.min(count, HIGHEST);
		}
		return unusual(member);
	}

	private @Nullable Long unusual(JsonNode member) {
		if (!isExact(member) && !Double.isFinite(member.doubleValue())) {
			if (member.doubleValue() > 0) {
				return HIGHEST;
			}
			this.found.corrected = true;
			return null;
		}
		BigDecimal value = member.decimalValue();
		if (value.signum() < 0) {
			this.found.corrected = true;
			return null;
		}
		if (value.compareTo(BigDecimal.valueOf(HIGHEST)) >= 0) {
			return HIGHEST;
		}
		if (value.stripTrailingZeros().scale() > 0) {
			this.found.corrected = true;
		}
		return value.setScale(0, RoundingMode.CEILING).longValue();
	}

	/** Whether a number may have more digits than a double or a long has. */
	private static boolean isExact(JsonNode number) {
		return number.isBigInteger() || number.isBigDecimal();
	}

	/** Whether it is a number other than 0, however large. */
	static boolean isMore(JsonNode number) {
		return isExact(number) ? number.decimalValue().signum() != 0 : number.doubleValue() != 0;
	}

	/** These are known and cost nothing. */
	Fields known(String... names) {
		for (String name : names) {
			member(name);
		}
		return this;
	}

	/** Names every number that is not 0 and that nobody looked at. */
	void nameTheRest() {
		if (this.node == null) {
			return;
		}
		for (Map.Entry<String, JsonNode> member : this.node.properties()) {
			if (!this.seen.contains(member.getKey())) {
				name(this.path + member.getKey(), member.getValue(), 0);
			}
		}
	}

	private void name(String name, JsonNode value, int depth) {
		if (value.isNumber() && isMore(value)) {
			this.found.unknown.add(safe(name));
		}
		else if (value.isObject() && depth < 4) {
			value.properties().forEach((each) -> name(name + '.' + each.getKey(), each.getValue(), depth + 1));
		}
		else if (value.isArray() && depth < 4) {
			value.forEach((each) -> name(name, each, depth + 1));
		}
	}

	/** A provider's word, cut to what fits an event and a label. */
	private static String safe(String name) {
		StringBuilder safe = new StringBuilder();
		for (int i = 0; i < name.length() && i < 64; i++) {
			char c = name.charAt(i);
			safe.append((c > ' ' && c < 127 && c != '"' && c != '\\') ? c : '_');
		}
		return safe.toString();
	}

}
