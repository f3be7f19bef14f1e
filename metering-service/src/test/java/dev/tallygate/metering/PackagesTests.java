package dev.tallygate.metering;

import dev.tallygate.security.PackageRules;

class PackagesTests extends PackageRules {

	PackagesTests() {
		super("dev.tallygate.metering");
	}

}
