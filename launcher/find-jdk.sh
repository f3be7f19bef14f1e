# Sourced: find_jdk prints the home of a JDK 25, from JAVA_HOME or the usual places, and nothing where there is none.

release_of() { sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null || true; }

find_jdk() {
  # Not every process has a home: one of cron or of a container's has none.
  local home own="${HOME:-/nonexistent}"
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*jdk* /opt/java/* "$own"/.sdkman/candidates/java/* "$own"/.jdks/* \
      "$own"/.local/share/mise/installs/java/* "$own"/.asdf/installs/java/* /usr/local/openjdk-25 /usr/java/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home "$own"/Library/Java/JavaVirtualMachines/*/Contents/Home \
      /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$home" ] && [ -x "$home/bin/javac" ] && [ "$(release_of "$home")" = 25 ]; then
      echo "$home"
      return
    fi
  done
}
