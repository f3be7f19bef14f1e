package dev.tallygate.gateway.dialect.conversation;

/**
 * Where an image or a document is.
 */
sealed interface Source {

	/** At an address that the provider fetches. */
	record Url(String url) implements Source {

	}

	/** In the request, as base64. */
	record Base64(String mediaType, String data) implements Source {

		String dataUrl() {
			return "data:" + this.mediaType + ";base64," + this.data;
		}

	}

	/** In the request, as plain text. */
	record PlainText(String text) implements Source {

	}

	/** Reads the address of an image or a document, which may be the thing itself. */
	static Source of(String url) {
		if (url.startsWith("data:")) {
			int comma = url.indexOf(',');
			int semicolon = url.indexOf(';');
			if (comma > 0 && semicolon > 0 && url.startsWith(";base64", comma - ";base64".length())) {
				return new Base64(url.substring("data:".length(), semicolon), url.substring(comma + 1));
			}
		}
		return new Url(url);
	}

}
