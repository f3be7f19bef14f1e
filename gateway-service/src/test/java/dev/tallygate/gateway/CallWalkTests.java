package dev.tallygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.ApiKeyFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The walk of one warm streamed call through this service: which source files have code
 * that runs for it, and how deep the stack is when its first byte goes to the caller.
 * Told by the JVM, which records every call of a method of ours. Run it with
 * {@code -Dtallygate.walk=true}.
 */
@EnabledIfSystemProperty(named = "tallygate.walk", matches = "true")
class CallWalkTests {

	private static final String TOKEN = ApiKeyFormat.generate(KeyType.DEV);

	private static final String OURS = "dev.tallygate.gateway.";

	private static final Path CLASSES = Path.of("target/classes");

	@Test
	void aWarmStreamedCall(@TempDir Path directory) throws Exception {
		try (WholeGateway gateway = WholeGateway.start(directory, Map.of("tallygate.guard.repeats", 0))) {
			gateway.keyService.member(TOKEN, new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()));
			for (int i = 0; i < 300; i++) {
				call(gateway);
			}
			Path file = directory.resolve("walk.jfr");
			try (Recording recording = new Recording()) {
				recording.enable("jdk.MethodTrace").withStackTrace().with("filter", filter());
				recording.start();
				call(gateway);
				Thread.sleep(500);
				recording.stop();
				recording.dump(file);
			}
			tell(RecordingFile.readAllEvents(file)
				.stream()
				.filter((event) -> event.getEventType().getName().equals("jdk.MethodTrace"))
				.sorted(Comparator.comparing(RecordedEvent::getStartTime))
				.toList());
		}
	}

	private static void call(WholeGateway gateway) throws Exception {
		assertThat(gateway.stream(5, 1, TOKEN).body().filter((line) -> line.equals("data: [DONE]")).count()).isOne();
	}

	/** Every class of ours, for the JVM takes no pattern. */
	private static String filter() throws IOException {
		try (Stream<Path> files = Files.walk(CLASSES)) {
			return files.map((file) -> CLASSES.relativize(file).toString())
				.filter((name) -> name.endsWith(".class") && !name.endsWith("-info.class"))
				.map((name) -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
				.collect(Collectors.joining(";"));
		}
	}

	private static void tell(List<RecordedEvent> events) {
		RecordedEvent filter = the(events, "WireFilter", "doFilter");
		RecordedEvent send = the(events, "ClientStream", "write");
		long thread = filter.getThread().getId();
		Set<String> own = filesOf(events.stream().filter((event) -> event.getThread().getId() == thread));
		Set<String> others = filesOf(events.stream().filter((event) -> event.getThread().getId() != thread));
		others.removeAll(own);
		Instant first = send.getStartTime();
		Set<String> toFirst = filesOf(events.stream()
			.filter((event) -> event.getThread().getId() == thread && !event.getStartTime().isAfter(first)));
		List<String> frames = framesOf(send);

		System.out.println("files on the call's thread: " + own.size() + ", of these to the first byte: "
				+ toFirst.size() + "; on other threads besides: " + others.size());
		byPackage(own).forEach((name, files) -> System.out.println("  " + name + " " + files.size() + ": " + files));
		System.out.println("others: " + others);
		System.out.println("frames of ours at the first byte: " + frames.size());
		frames.forEach((frame) -> System.out.println("  " + frame));
	}

	private static RecordedEvent the(List<RecordedEvent> events, String type, String method) {
		return events.stream()
			.filter((event) -> event.getStackTrace() != null)
			.filter((event) -> nameOf(event).endsWith("." + type)
					&& event.<RecordedMethod>getValue("method").getName().equals(method))
			.findFirst()
			.orElseThrow();
	}

	private static String nameOf(RecordedEvent event) {
		return event.<RecordedMethod>getValue("method").getType().getName();
	}

	private static Set<String> filesOf(Stream<RecordedEvent> events) {
		return events.map(CallWalkTests::nameOf)
			.map((name) -> name.substring(OURS.length()).replaceFirst("\\$.*", ""))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Map<String, Set<String>> byPackage(Set<String> files) {
		return files.stream()
			.collect(Collectors.groupingBy((file) -> file.substring(0, Math.max(0, file.lastIndexOf('.'))),
					TreeMap::new, Collectors.mapping((file) -> file.substring(file.lastIndexOf('.') + 1),
							Collectors.toCollection(TreeSet::new))));
	}

	private static List<String> framesOf(RecordedEvent event) {
		return event.getStackTrace()
			.getFrames()
			.stream()
			.filter(RecordedFrame::isJavaFrame)
			.filter((frame) -> frame.getMethod().getType().getName().startsWith(OURS)
					&& !frame.getMethod().getType().getName().contains("$$"))
			.map((frame) -> frame.getMethod().getType().getName().substring(OURS.length()) + '.'
					+ frame.getMethod().getName())
			.toList();
	}

}
