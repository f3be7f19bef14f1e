package dev.tallygate.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds the estimate against a real tokenizer, over kinds of text: never below, at most
 * twice for prose of any script, at most thrice for what is no prose, and never more than
 * the bytes of it.
 */
class TokenEstimateTests {

	private static final Encoding O200K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

	private static final Random RANDOM = new Random(42);

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiter = '|',
			textBlock = """
					English|The quick brown fox jumps over the lazy dog, and nobody in the village thought that unusual; they had seen it before.
					German|Der Vertrag über die Donaudampfschifffahrt wurde gestern im Rathaus unterzeichnet, obwohl einige Abgeordnete dagegen waren.
					French|Il était une fois, dans un petit village près de la mer, une fille qui n'avait jamais vu la neige tomber sur les toits.
					Spanish|En un lugar de la Mancha, de cuyo nombre no quiero acordarme, no ha mucho tiempo que vivía un hidalgo.
					Polish|Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw, są obdarzeni rozumem i sumieniem.
					Turkish|Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar; akıl ve vicdana sahiptirler.
					Vietnamese|Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi.
					Finnish|Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan, ja heille on annettu järki.
					Russian|Все люди рождаются свободными и равными в своём достоинстве и правах. Они наделены разумом и совестью.
					Greek|Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.
					Arabic|يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق، وقد وهبوا عقلاً وضميرًا وعليهم أن يعامل بعضهم بعضًا.
					Hebrew|כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם, כולם חוננו בתבונה ובמצפון.
					Hindi|सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।
					Bengali|সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে।
					Tamil|மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்; அவர்கள் மதிப்பிலும் உரிமைகளிலும் சமமானவர்கள்.
					Thai|มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม
					Chinese|人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。
					Japanese|すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。
					Korean|모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 부여받았다.
					Georgian|ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით.
					""")
	void isAtLeastTheTokenizerAndAtMostTwiceItForProse(String script, String sentence) {
		String prose = (sentence + ' ').repeat(20);
		assertBounds(prose, 1, 2);
		assertBoundsEscaped(prose, 2);
	}

	@Test
	void isNeverBelowTheTokenizerForLettersThatAreNoWords() {
		for (int i = 0; i < 20; i++) {
			assertBounds(random(4000, "ACGT"), 1, 3);
			assertBounds(random(4000, "acgt"), 1, 3);
			assertBounds(random(4000, "abcdefghijklmnopqrstuvwxyz"), 1, 3);
			assertBounds(random(4000, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 1, 3);
			assertBounds(random(4000, "0123456789abcdef"), 1, 3);
			assertBounds(random(4000, "01"), 1, 3);
			assertBounds(random(4000, "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"), 1, 3);
			assertBounds(random(4000, "abcdefghijklmnopqrstuvwxyz    "), 1, 3);
			assertBounds(random(2000, "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"), 1, 3);
			assertBounds(random(2000, "अआइईउऊएऐओऔकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह"), 1, 3);
		}
	}

	@Test
	void isNeverBelowTheTokenizerForWhatMachinesWrite() {
		byte[] bytes = new byte[3000];
		RANDOM.nextBytes(bytes);
		String base64 = Base64.getEncoder().encodeToString(bytes);
		assertBounds(base64, 1, 3);
		assertBounds("eyJhbGciOiJSUzI1NiJ9." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), 1, 3);
		assertBounds(
				"-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(bytes)
						+ "\n-----END CERTIFICATE-----\n",
				1, 3);
		assertBounds("data: {\"id\":\"chatcmpl-9x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" a\"}}]}\n\n"
			.repeat(50), 1, 3);
		assertBounds(
				"""
						public final class Example {
							private final Map<String, List<Integer>> valuesByName = new HashMap<>();
							int sum(String name) {
								return this.valuesByName.getOrDefault(name, List.of()).stream().mapToInt(Integer::intValue).sum();
							}
						}
						"""
					.repeat(20),
				1, 3);
		assertBounds(
				"2026-11-29T12:30:00.123456Z 192.168.17.254 GET /api/prices?limit=100&cursor=01a22803-f7dd-75f5-8b37 200 0.004\n"
					.repeat(40),
				1, 3);
		assertBounds("😀👩‍👩‍👧‍👦🏳️‍🌈🇩🇪✨🎉 ".repeat(50), 1, 3);
		assertBounds("   \n\n\t\t  \r\n".repeat(200), 1, 3);
		assertBounds("a\u0301e\u0308o\u0302 ".repeat(200), 1, 3);
	}

	@Test
	void isBoundedByTheBytesHoweverLongTheText() {
		String long1 = random(3_000_000, "abcdefghijklmnopqrstuvwxyz0123456789+/");
		long estimate = estimate(long1);
		assertThat(estimate).isLessThanOrEqualTo(long1.length());
		assertThat(estimate).isGreaterThan(long1.length() / 2);
	}

	@Test
	void countsTheWholeTextAndNotItsHead() {
		String light = "the ".repeat(20_000);
		String dense = random(400_000, "abcdefghijklmnopqrstuvwxyz0123456789+/");
		Tokenizer tokenizer = new Tokenizer();
		for (String text : new String[] { light + dense, dense + light, light + dense + light }) {
			long exact = exact(text);
			assertThat((double) tokenizer.applyAsLong(text) / exact).isBetween(0.9, 1.1);
		}
	}

	private static void assertBounds(String text, double least, double most) {
		long exact = exact(text);
		long estimate = estimate(text);
		assertThat((double) estimate / exact).as("%s of %s: %.60s", estimate, exact, text).isBetween(least, most);
		assertThat(estimate).isLessThanOrEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
	}

	/** As clients write it that escape everything beyond ASCII. */
	private static void assertBoundsEscaped(String text, double most) {
		StringBuilder escaped = new StringBuilder();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			escaped.append((c < 128) ? String.valueOf(c) : String.format("\\u%04x", (int) c));
		}
		assertThat((double) estimateOf(escaped.toString()) / exact(text)).isBetween(1.0, most);
	}

	private static long estimate(String text) {
		String quoted = JsonMapper.shared().writeValueAsString(text);
		return estimateOf(quoted.substring(1, quoted.length() - 1));
	}

	private static long estimateOf(String json) {
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		return TokenEstimate.of(bytes, 0, bytes.length);
	}

	private static long exact(String text) {
		long tokens = 0;
		for (int from = 0; from < text.length(); from += 20_000) {
			tokens += O200K.countTokensOrdinary(text.substring(from, Math.min(text.length(), from + 20_000)));
		}
		return tokens;
	}

	private static String random(int length, String letters) {
		StringBuilder text = new StringBuilder(length);
		for (int i = 0; i < length; i++) {
			text.append(letters.charAt(RANDOM.nextInt(letters.length())));
		}
		return text.toString();
	}

}
