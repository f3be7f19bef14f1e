package dev.tallygate.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ClientSettingsTests {

	private static final Map<String, String> KEPT = Map.of("TALLYGATE_ADMIN_KEY", "of what is kept");

	private static final Map<String, String> PASSING = Map.of("TALLYGATE_ADMIN_KEY", "of what is not");

	@TempDir
	Path visible;

	private Path home;

	@BeforeEach
	void makeHome() throws Exception {
		this.home = Files.createDirectory(this.visible.resolve("ephemeral-1"));
	}

	@Test
	void staysWhereDataIsKept() throws Exception {
		ClientSettings settings = new ClientSettings(this.visible, this.visible, false);
		settings.write(KEPT);
		settings.withdraw();
		assertThat(PrivateFile.read(settings.file())).isEqualTo(KEPT);
	}

	@Test
	void goesWithWhatKeepsNothing() {
		ClientSettings settings = new ClientSettings(this.visible, this.home, true);
		settings.write(PASSING);
		assertThat(settings.file()).exists();
		settings.withdraw();
		assertThat(settings.file()).doesNotExist();
	}

	@Test
	void putsBackWhatWasThere() throws Exception {
		new ClientSettings(this.visible, this.visible, false).write(KEPT);
		ClientSettings settings = new ClientSettings(this.visible, this.home, true);
		settings.write(PASSING);
		assertThat(PrivateFile.read(settings.file())).isEqualTo(PASSING);
		settings.withdraw();
		assertThat(PrivateFile.read(settings.file())).isEqualTo(KEPT);
	}

	@Test
	void leavesAloneWhatSomebodyElseWrote() throws Exception {
		ClientSettings settings = new ClientSettings(this.visible, this.home, true);
		settings.write(PASSING);
		new ClientSettings(this.visible, this.visible, false).write(KEPT);
		settings.withdraw();
		assertThat(PrivateFile.read(settings.file())).isEqualTo(KEPT);
	}

	@Test
	void isTakenBackByTheGuardOfALauncherThatIsKilled() throws Exception {
		new ClientSettings(this.visible, this.visible, false).write(KEPT);
		ClientSettings settings = new ClientSettings(this.visible, this.home, true);
		settings.write(PASSING);
		Guard guard = Guard.over(this.home, true);
		guard.loseTheLauncher();
		assertThat(guard.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(PrivateFile.read(settings.file())).isEqualTo(KEPT);
		assertThat(this.home).doesNotExist();
	}

}
