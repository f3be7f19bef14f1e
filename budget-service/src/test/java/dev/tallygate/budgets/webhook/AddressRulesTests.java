package dev.tallygate.budgets.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTests {

	private final AddressRules rules = new AddressRules(List.of());

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254",
			"127.0.0.1", "127.1.2.3", "169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.1",
			"192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
			"224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
			"::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "100::1", "fe80::1", "febf::1",
			"fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001::1", "2001:db8::1", "2001:10::1", "2002:7f00:1::",
			"3fff::1", "5f00::1" })
	void refusesWhatIsNotPlainlyPublic(String address) {
		assertThat(this.rules.permits(InetAddress.ofLiteral(address))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "100.128.0.1", "172.15.0.1",
			"172.32.0.1", "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111",
			"2a00:1450:4001::1" })
	void permitsWhatIsPublic(String address) {
		assertThat(this.rules.permits(InetAddress.ofLiteral(address))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/",
			"http://0177.0.0.1/", "http://0/", "http://localhost/", "http://localhost./", "http://LOCALHOST/",
			"http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[fe80::1]/",
			"http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://192.168.1.1:8080/",
			"http://93.184.215.14:0/", "http://93.184.215.14:25/", "http://93.184.215.14:22/",
			"http://93.184.215.14:6379/", "http://93.184.215.14:5432/", "http://93.184.215.14:99999/",
			"http://user@93.184.215.14/", "http://93.184.215.14@127.0.0.1/", "http://93.184.215.14/#x",
			"ftp://93.184.215.14/", "file:///etc/passwd", "gopher://93.184.215.14/", "javascript:alert(1)",
			"http://93.184.215.14\\@127.0.0.1/", "http:///x", "//93.184.215.14/", "93.184.215.14", "", "http://",
			"http://[::1", "http://ex ample.com/", "http://\u2488.1.1.1/", "http://1\u30022.3.4/" })
	void refusesUrlsOfEveryEvilKind(String url) {
		String problem = WebhookUrl.problem(url, this.rules);
		assertThat(problem).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://93.184.215.14/hook", "http://93.184.215.14:8080/hook?x=1",
			"https://93.184.215.14:443", "https://[2606:4700::1111]/" })
	void takesOtherUrls(String url) {
		assertThat(WebhookUrl.problem(url, this.rules)).isNull();
	}

	@Test
	void theOperatorCanAllowSome() {
		AddressRules allowing = new AddressRules(List.of("10.1.0.0/16", "fd00:1::/32"));
		assertThat(allowing.permits(InetAddress.ofLiteral("10.1.2.3"))).isTrue();
		assertThat(allowing.permits(InetAddress.ofLiteral("10.2.0.1"))).isFalse();
		assertThat(allowing.permits(InetAddress.ofLiteral("fd00:1::5"))).isTrue();
		assertThat(WebhookUrl.problem("http://10.1.2.3:25/", allowing)).isNull();
	}

}
