package dev.tallygate.gateway;

import dev.tallygate.security.PackageRules;

class PackagesTests extends PackageRules {

	PackagesTests() {
		super("dev.tallygate.gateway");
	}

}
