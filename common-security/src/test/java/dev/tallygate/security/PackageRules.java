package dev.tallygate.security;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;

/**
 * What holds for the packages of every service: its root package has the application and
 * nothing else.
 */
public abstract class PackageRules extends FeatureRules {

	/**
	 * The rules for a service.
	 * @param root the package of its application, which holds its features' packages
	 */
	protected PackageRules(String root) {
		super(root);
	}

	@Test
	final void noFeatureKnowsTheApplication() {
		noClasses().that()
			.resideInAPackage(this.root + ".*..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(this.root)
			.because("the application is put together from features, not the other way round")
			.check(this.classes);
	}

}
