package dev.tallygate.simulator;

import dev.tallygate.security.FeatureRules;

class PackagesTests extends FeatureRules {

	PackagesTests() {
		super("dev.tallygate.simulator");
	}

}
