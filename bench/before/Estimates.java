package dev.tallygate.gateway.dialect;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** The estimate of a prompt beside a real tokenizer, over kinds of text; the same in both commits. */
final class Estimates {

	private static final Random RANDOM = new Random(42);

	private Estimates() {
	}

	public static void main(String[] arguments) {
		Encoding o200k = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
		byte[] bytes = new byte[3000];
		RANDOM.nextBytes(bytes);
		Map<String, String> texts = new LinkedHashMap<>();
		texts.put("DNA", random("ACGT"));
		texts.put("random letters", random("abcdefghijklmnopqrstuvwxyz"));
		texts.put("base64", Base64.getEncoder().encodeToString(bytes));
		texts.put("a JWT", "eyJhbGciOiJSUzI1NiJ9." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
		texts.put("a certificate", "-----BEGIN CERTIFICATE-----\n"
				+ Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(bytes));
		texts.put("English", "The quick brown fox jumps over the lazy dog, and nobody in the village thought it odd. ".repeat(20));
		texts.put("Thai", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ".repeat(20));
		texts.put("Hindi", "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है। ".repeat(20));
		texts.forEach((kind, text) -> {
			byte[] json = text.replace("\n", "\\n").getBytes(StandardCharsets.UTF_8);
			System.out.printf(Locale.ROOT, "51: %s: %.2f of the tokenizer%n", kind,
					(double) TokenEstimate.of(json, 0, json.length) / o200k.countTokensOrdinary(text));
		});
	}

	private static String random(String letters) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < 4000; i++) {
			text.append(letters.charAt(RANDOM.nextInt(letters.length())));
		}
		return text.toString();
	}

}
