package dev.tallygate.simulator.embeddings;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Locale;
import java.util.Random;

/**
 * An embedding that depends on its seed alone.
 */
final class Vector {

	private final float[] values;

	private Vector(float[] values) {
		this.values = values;
	}

	static Vector of(int seed, int dimensions) {
		Random random = new Random(seed);
		float[] values = new float[dimensions];
		for (int i = 0; i < dimensions; i++) {
			values[i] = random.nextFloat() * 2 - 1;
		}
		return new Vector(values);
	}

	String numbers() {
		StringBuilder json = new StringBuilder("[");
		for (int i = 0; i < this.values.length; i++) {
			json.append((i > 0) ? "," : "").append(String.format(Locale.ROOT, "%.6f", this.values[i]));
		}
		return json.append(']').toString();
	}

	String base64() {
		ByteBuffer bytes = ByteBuffer.allocate(this.values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		for (float value : this.values) {
			bytes.putFloat(value);
		}
		return "\"" + Base64.getEncoder().encodeToString(bytes.array()) + "\"";
	}

}
