package dev.tallygate.budgets;

import dev.tallygate.security.PackageRules;

class PackagesTests extends PackageRules {

	PackagesTests() {
		super("dev.tallygate.budgets");
	}

}
