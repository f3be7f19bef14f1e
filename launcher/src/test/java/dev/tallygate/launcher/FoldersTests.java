package dev.tallygate.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTests {

	@TempDir
	private Path directory;

	@Test
	void removesWhatIsStillWrittenToForAMoment() throws Exception {
		Path home = this.directory.resolve("ephemeral");
		Folders folders = Folders.open(home, true);
		CountDownLatch begun = new CountDownLatch(1);
		Thread writer = Thread.startVirtualThread(() -> write(home.resolve("postgres"), begun));
		begun.await();

		folders.close();

		writer.join();
		assertThat(home).doesNotExist();
	}

	/** As a server does that was told to stop; it makes no folder that is gone. */
	private static void write(Path folder, CountDownLatch begun) {
		long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
		try {
			Files.createDirectories(folder);
			for (int i = 0; System.nanoTime() - end < 0; i++) {
				Files.writeString(folder.resolve("file" + i), "x");
				begun.countDown();
			}
		}
		catch (IOException ex) {
			// removed, with all that is in it
		}
	}

}
