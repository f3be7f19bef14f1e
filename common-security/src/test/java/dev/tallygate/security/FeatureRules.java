package dev.tallygate.security;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What holds for the packages of everything that runs. A module's test extends it with
 * the name of its root package, and may add what is its own; it needs ArchUnit on its
 * test class path.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class FeatureRules {

	final String root;

	final JavaClasses classes;

	/**
	 * The rules for a module.
	 * @param root the package that holds its features' packages
	 */
	protected FeatureRules(String root) {
		this.root = root;
		this.classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages(root);
	}

	@Test
	final void featuresDependOnEachOtherInOneDirectionOnly() {
		slices().matching(this.root + ".(*)..")
			.should()
			.beFreeOfCycles()
			.because("a feature that needs another one's inside and is needed there is no feature of its own")
			.check(this.classes);
	}

	@Test
	final void theRoomsOfAFeatureDependOnEachOtherInOneDirectionOnly() {
		slices().matching(this.root + ".(**)")
			.should()
			.beFreeOfCycles()
			.because("what is above can be read without what is below, inside a feature too")
			.check(this.classes);
	}

	@Test
	final void everythingLogsThroughOneInterface() {
		noFields().should()
			.haveRawType("org.apache.commons.logging.Log")
			.orShould()
			.haveRawType("java.util.logging.Logger")
			.because("one idiom is read faster than three: org.slf4j.Logger, with placeholders")
			.check(this.classes);
	}

}
