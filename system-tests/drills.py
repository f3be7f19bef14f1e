"""What the drills share: a product of their own, its processes, and claims that hold or do not."""
import json, os, pathlib, shutil, signal, socket, subprocess, sys, threading, time, urllib.error, urllib.request

faults = 0


def say(holds, claim):
    """A claim, a line."""
    global faults
    faults += not holds
    print(("ok     " if holds else "FAULT  ") + claim, flush=True)


def finish(work):
    """Removes the drill's folder when all is well; the exit status says whether it is."""
    broken_off = sys.exc_info()[0] is not None
    if os.environ.get("KEEP") or faults or broken_off:
        print("Its folder is", work)
    else:
        shutil.rmtree(work, ignore_errors=True)
    print("\nBroken off." if broken_off else "\nEverything holds." if not faults else f"\n{faults} claims do not hold.")
    return 1 if faults or broken_off else 0


def layout(tree, root):
    """The product's folder, with data of its own: what was built is shared, what is kept is not."""
    root.mkdir()
    for entry in tree.iterdir():
        if entry.name in (".tallygate", ".git"):
            continue
        if entry.is_dir():
            (root / entry.name).symlink_to(entry)
        else:
            shutil.copy2(entry, root / entry.name)


def until(question, seconds):
    """Whether it comes to be so. An answer that is none, as while somebody starts, is no yes."""
    end = time.time() + seconds
    while time.time() < end:
        try:
            if question():
                return True
        except (OSError, TypeError, KeyError, StopIteration):
            pass
        time.sleep(0.3)
    return False


def variables(file):
    return dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)


def ask(address, path, key, body=None, method=None, timeout=60):
    request = urllib.request.Request(address + path, method=method or ("POST" if body is not None else "GET"),
                                     data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            text = answer.read()
            return answer.status, json.loads(text or b"null") if "json" in answer.headers.get("content-type", "json") else text.decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace"), error.headers


def bill(simulator):
    """The provider's rows by call."""
    rows, since = {}, 0
    while since is not None:
        page = ask(simulator, f"/sim/ledger?since={since}", "none")[1]
        rows.update((row["requestId"], row) for row in page["data"])
        since = page.get("next")
    return rows


def ready(management):
    try:
        with urllib.request.urlopen(management + "/actuator/health/readiness", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def psql(home, offset, script, database="postgres"):
    """As the superuser of ./quickstart's server."""
    done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(15432 + offset), "-U", "postgres", database],
                          input=script, text=True, capture_output=True,
                          env=dict(os.environ, PGPASSWORD=variables(home / "secrets.env")["POSTGRES_PASSWORD"]))
    if done.returncode:
        raise RuntimeError(f"psql: {done.stderr.strip()[:1000]}")
    return done.stdout


def state(pid):
    """Of a process, as /proc has it; Z when there is none."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


def children(pid):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def cpu_micros(pid, with_children=False):
    """User and system time of a process, and of the children it has and had."""
    tick, total = os.sysconf("SC_CLK_TCK"), 0
    for each in [pid] + (children(pid) if with_children else []):
        try:
            fields = pathlib.Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
        if each == pid and with_children:
            total += int(fields[13]) + int(fields[14])
    return total * 1_000_000 // tick


class Launcher:
    """./quickstart of a layout. Frozen once all is ready, so that nobody but the drill starts a process again."""

    def __init__(self, root, log, offset):
        self.log, self.home = log, root / ".tallygate"
        self.process = subprocess.Popen(["./quickstart"], cwd=root, stdout=open(log, "wb"), stderr=subprocess.STDOUT, start_new_session=True,
                                        env=dict(os.environ, TALLYGATE_PORT_OFFSET=str(offset), TALLYGATE_GUARD_REPEATS="0"))

    def said(self):
        return self.log.read_bytes().decode(errors="replace")

    def ready(self, seconds=600):
        until(lambda: "Tallygate is ready" in self.said() or self.process.poll() is not None, seconds)
        if "Tallygate is ready" not in self.said() or self.process.poll() is not None:
            return False
        self.process.send_signal(signal.SIGSTOP)
        self.settings = variables(self.home / "quickstart.env")
        return True

    def process_of(self, name):
        return Process.of(name, int((self.home / "run" / f"{name}.pid").read_text().split()[0]))

    def stop(self):
        if self.process.poll() is None:
            # Told before it goes on: it is not to look after what the drill has ended.
            self.process.terminate()
            self.process.send_signal(signal.SIGCONT)
            try:
                self.process.wait(120)
            except subprocess.TimeoutExpired:
                self.process.kill()


class Process:
    """One of the product's, whoever started it."""

    def __init__(self, name, command, environment, pid=0):
        self.name, self.command, self.environment, self.pid = name, command, environment, pid
        self.child = None

    @classmethod
    def of(cls, name, pid):
        read = lambda what: pathlib.Path(f"/proc/{pid}/{what}").read_bytes().decode().split("\0")
        environment = dict(line.split("=", 1) for line in read("environ") if "=" in line)
        return cls(name, [part for part in read("cmdline") if part], environment, pid)

    def another(self, name, **environment):
        """A process of the same service beside it; not started yet."""
        return Process(name, self.command, dict(self.environment, **environment))

    def start(self, folder, jar=None):
        """From another build's jar, or its own; without what a JVM remembers of one build."""
        command = [part for part in self.command if not part.startswith(("-XX:AOT", "-XX:+AOT"))]
        if jar is not None:
            command[command.index("-jar") + 1] = str(jar)
        self.child = subprocess.Popen(command, env=self.environment, cwd=folder, stdout=open(folder / f"{self.name}.log", "ab"),
                                      stderr=subprocess.STDOUT, start_new_session=True)
        self.pid = self.child.pid

    def ended(self):
        return self.child.poll() is not None if self.child is not None else state(self.pid) == "Z"

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        until(self.ended, 10)

    def stop(self):
        """In good order; says whether it did so by itself."""
        if self.ended():
            return False
        os.kill(self.pid, signal.SIGTERM)
        if until(self.ended, 60):
            return True
        self.kill()
        return False

    def freeze(self):
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)

    def ready(self):
        return ready(f"http://127.0.0.1:{self.environment['MANAGEMENT_SERVER_PORT']}")


class Address:
    """One that stays while who answers there changes, as a Kubernetes service's."""

    def __init__(self, port, behind):
        self.behind = behind
        self.server = socket.create_server(("127.0.0.1", port), backlog=128)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            caller = self.server.accept()[0]
            try:
                answerer = socket.create_connection(("127.0.0.1", self.behind), 5)
                answerer.settimeout(None)
            except OSError:
                caller.close()
                continue
            for source, target in ((caller, answerer), (answerer, caller)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.pass_on, args=(source, target), daemon=True).start()

    @staticmethod
    def pass_on(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            for each in (source, target):
                each.close()


def end_all(processes):
    """Those that a drill started itself."""
    started = [process for process in processes if process.child is not None and process.child.poll() is None]
    for process in started:
        process.thaw()
        process.child.terminate()
    for process in started:
        try:
            process.child.wait(60)
        except subprocess.TimeoutExpired:
            process.child.kill()
