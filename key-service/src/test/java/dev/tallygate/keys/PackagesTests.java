package dev.tallygate.keys;

import dev.tallygate.security.PackageRules;

class PackagesTests extends PackageRules {

	PackagesTests() {
		super("dev.tallygate.keys");
	}

}
