package dev.tallygate.console;

import dev.tallygate.security.FeatureRules;

class PackagesTests extends FeatureRules {

	PackagesTests() {
		super("dev.tallygate.console");
	}

}
