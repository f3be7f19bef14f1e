import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Says where a process spent its CPU time, in microseconds a call: by kind of thread, by
 * the method that ran, by the innermost method of ours, and by every method on the way.
 *
 * <pre>
 * java bench/Profile.java gateway-service.jfr calls cpu-microseconds [from to]
 * </pre>
 *
 * {@code cpu-microseconds} is the CPU of the process by the operating system's own
 * accounting; what is sampled says only how it is shared out. Times are instants.
 */
class Profile {

	private static final int ROWS = Integer.getInteger("rows", 45);

	private final Map<String, Integer> threads = new TreeMap<>();

	private final Map<String, Integer> tops = new TreeMap<>();

	private final Map<String, Integer> ours = new TreeMap<>();

	private final Map<String, Integer> inclusive = new TreeMap<>();

	private int samples;

	public static void main(String[] args) throws IOException {
		Instant from = (args.length > 3) ? Instant.parse(args[3]) : Instant.MIN;
		Instant to = (args.length > 4) ? Instant.parse(args[4]) : Instant.MAX;
		Profile profile = new Profile();
		try (RecordingFile file = new RecordingFile(Path.of(args[0]))) {
			while (file.hasMoreEvents()) {
				RecordedEvent event = file.readEvent();
				if (event.getEventType().getName().equals("jdk.CPUTimeSample") && !event.getStartTime().isBefore(from)
						&& !event.getStartTime().isAfter(to)) {
					profile.add(event);
				}
			}
		}
		profile.print(Double.parseDouble(args[2]) / Double.parseDouble(args[1]));
	}

	private void add(RecordedEvent event) {
		this.samples++;
		RecordedThread thread = event.getThread("eventThread");
		this.threads.merge(kind(thread), 1, Integer::sum);
		RecordedStackTrace trace = event.getStackTrace();
		List<RecordedFrame> frames = (trace != null) ? trace.getFrames() : List.of();
		if (frames.isEmpty()) {
			this.tops.merge("(no stack: the VM itself) " + kind(thread), 1, Integer::sum);
			return;
		}
		this.tops.merge(name(frames.getFirst()), 1, Integer::sum);
		String own = frames.stream()
			.map(Profile::name)
			.filter((name) -> name.startsWith("dev.tallygate."))
			.findFirst()
			.orElse("(none of ours) " + kind(thread));
		this.ours.merge(own, 1, Integer::sum);
		Set<String> once = new HashSet<>();
		frames.stream().map(Profile::name).filter(once::add).forEach((name) -> this.inclusive.merge(name, 1, Integer::sum));
	}

	private static String kind(RecordedThread thread) {
		if (thread == null) {
			return "?";
		}
		if (thread.isVirtual()) {
			return "virtual";
		}
		String name = (thread.getJavaName() != null) ? thread.getJavaName() : thread.getOSName();
		return (name != null) ? name.replaceAll("[0-9]+", "#") : "?";
	}

	private static String name(RecordedFrame frame) {
		return frame.getMethod().getType().getName() + '.' + frame.getMethod().getName();
	}

	private void print(double micros) {
		System.out.printf("%d samples, %.1f us a call%n", this.samples, micros);
		print("threads", this.threads, micros);
		print("the method that ran", this.tops, micros);
		print("the innermost method of ours", this.ours, micros);
		print("on the way", this.inclusive, micros);
	}

	private void print(String title, Map<String, Integer> counts, double micros) {
		System.out.printf("%n--- %s%n", title);
		counts.entrySet()
			.stream()
			.sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
			.limit(title.equals("on the way") ? 3 * ROWS : ROWS)
			.forEach((each) -> System.out.printf("%6.2f us %5.1f %%  %s%n", micros * each.getValue() / this.samples,
					100.0 * each.getValue() / this.samples, each.getKey()));
	}

}
