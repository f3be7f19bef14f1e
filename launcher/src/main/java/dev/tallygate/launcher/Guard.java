package dev.tallygate.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Ends everything when the launcher is killed and cannot: a shell that reads from a pipe
 * whose other end the launcher alone holds. What is left it stops in the same order.
 */
final class Guard implements AutoCloseable {

	/**
	 * Its arguments are the data folder and what to remove in the end. Numbers of
	 * processes are read at once: another launcher may start on the same folder while
	 * this still waits.
	 */
	private static final String SCRIPT = """
			trap '' INT HUP TERM
			read -r word
			[ "$word" = done ] && exit 0
			cd "$1" || exit 0
			runs() {
			  [ -n "$1" ] || return 1
			  if [ -r "/proc/$1/cmdline" ]; then tr '\\0' ' ' <"/proc/$1/cmdline"; else ps -o args= -p "$1"; fi \
			    | grep -q -e "$2"
			}
			gateways= services= kafka= postgres=
			for file in run/*.pid; do
			  pid=
			  [ -f "$file" ] && read -r pid since <"$file"
			  name=${file#run/}
			  name=${name%.pid}
			  runs "$pid" "${name%%-[0-9]*}" || continue
			  case $name in
			    gateway-service*) gateways="$gateways $pid" ;;
			    kafka) kafka=$pid ;;
			    *) services="$services $pid" ;;
			  esac
			done
			pid=
			[ -f postgres/postmaster.pid ] && read -r pid <postgres/postmaster.pid
			runs "$pid" postgres && postgres=$pid
			end() {
			  signal=$1 seconds=$2
			  shift 2
			  [ $# -gt 0 ] || return 0
			  kill "-$signal" "$@" 2>/dev/null
			  while [ "$seconds" -gt 0 ]; do
			    alive=
			    for pid in "$@"; do kill -0 "$pid" 2>/dev/null && alive=yes; done
			    [ -n "$alive" ] || return 0
			    sleep 1
			    seconds=$((seconds - 1))
			  done
			  kill -KILL "$@" 2>/dev/null
			}
			end TERM 40 $gateways
			end TERM 20 $services
			end TERM 20 $kafka
			end INT 20 $postgres
			[ -n "$2" ] || exit 0
			if cmp -s quickstart.env ../quickstart.env; then
			  if [ -f before.env ]; then mv before.env ../quickstart.env; else rm -f ../quickstart.env; fi
			fi
			rm -rf "$2"
			""";

	private final Process process;

	private Guard(Process process) {
		this.process = process;
	}

	/** Watches over what runs on a data folder from now on. */
	static Guard over(Path home, boolean ephemeral) {
		try {
			return new Guard(new ProcessBuilder("/bin/sh", "-c", SCRIPT, "tallygate-guard", home.toString(),
					ephemeral ? home.toString() : "")
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start());
		}
		catch (IOException ex) {
			throw new LaunchException("/bin/sh cannot be started: " + ex.getMessage(), ex);
		}
	}

	/** Everything has ended in good order; there is nothing left to do. */
	@Override
	public void close() {
		try (OutputStream pipe = this.process.getOutputStream()) {
			pipe.write("done\n".getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			// It is gone already.
		}
	}

	/** For tests: what happens when the launcher is gone. */
	void loseTheLauncher() throws IOException {
		this.process.getOutputStream().close();
	}

	/** For tests. */
	Process process() {
		return this.process;
	}

}
