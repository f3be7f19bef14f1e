import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.ProtectionDomain;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An agent that follows each call from one method of ours to another: which source files are entered, and which of our
 * frames are on the stack there. Its argument is {@code FROM,TO,FILE}; for each call it appends a line of JSON, three
 * seconds after TO so that what comes afterwards is in it, and a line {@code END}.
 */
public final class Walk {

	private static final ClassDesc SELF = ClassDesc.of("Walk");

	private static final Map<Long, Set<String>> WALKS = new ConcurrentHashMap<>();

	private static final Set<Long> WRITTEN = ConcurrentHashMap.newKeySet();

	private static volatile String from = "";

	private static volatile String to = "";

	private static volatile Path out;

	public static void premain(String text, Instrumentation machine) throws IOException {
		String[] arguments = text.split(",");
		from = arguments[0];
		to = arguments[1];
		out = Path.of(arguments[2]);
		Files.writeString(out, "");
		machine.addTransformer(new Marker(), false);
	}

	/** Called at the entry of each of our methods. */
	public static void enter(String method, String file) {
		long thread = Thread.currentThread().threadId();
		Set<String> walk = WALKS.get(thread);
		if (walk == null) {
			if (!method.equals(from)) {
				return;
			}
			WALKS.put(thread, walk = new LinkedHashSet<>());
		}
		walk.add(file);
		if (method.equals(to) && WRITTEN.add(thread)) {
			List<String> frames = StackWalker.getInstance()
				.walk(stack -> stack.map(Object::toString).filter(frame -> frame.contains("dev.tallygate")).toList());
			List<String> first = List.copyOf(walk);
			Thread.ofPlatform().daemon().start(() -> tell(thread, frames, first));
		}
	}

	private static void tell(long thread, List<String> frames, List<String> first) {
		try {
			Thread.sleep(3000);
			List<String> all = List.copyOf(WALKS.get(thread));
			Files.writeString(out,
					"{\"frames\":" + json(frames) + ",\"first\":" + json(first) + ",\"all\":" + json(all) + "}\nEND\n",
					StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static String json(List<String> names) {
		return "[\"" + String.join("\",\"", names) + "\"]";
	}

	private static final class Marker implements ClassFileTransformer {

		@Override
		public byte[] transform(ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] bytes) {
			if (name == null || !name.startsWith("dev/tallygate/")) {
				return null;
			}
			try {
				ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
						java.lang.classfile.ClassHierarchyResolver.ofResourceParsing(loader)
							.orElse(java.lang.classfile.ClassHierarchyResolver.defaultResolver())));
				var model = files.parse(bytes);
				String owner = name.replace('/', '.');
				String file = owner.replaceAll("\\$.*", "");
				return files.transformClass(model, (builder, element) -> {
					if (element instanceof MethodModel method && method.code().isPresent()) {
						String called = owner + "." + method.methodName().stringValue();
						builder.transformMethod(method, (methodBuilder, part) -> {
							if (part instanceof java.lang.classfile.CodeModel code) {
								methodBuilder.transformCode(code, new Entry(called, file));
							}
							else {
								methodBuilder.with(part);
							}
						});
					}
					else {
						builder.with(element);
					}
				});
			}
			catch (RuntimeException | Error ex) {
				System.err.println("walk: " + name + " " + ex);
				return null;
			}
		}

	}

	private record Entry(String called, String file) implements CodeTransform {

		@Override
		public void atStart(CodeBuilder builder) {
			builder.ldc(this.called)
				.ldc(this.file)
				.invokestatic(SELF, "enter",
						MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String, ConstantDescs.CD_String));
		}

		@Override
		public void accept(CodeBuilder builder, CodeElement element) {
			builder.with(element);
		}

	}

}
