package dev.tallygate.security;

class PackagesTests extends PackageRules {

	PackagesTests() {
		super("dev.tallygate.security");
	}

}
