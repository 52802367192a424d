# What the launchers in the folder above have in common; read by them with "." after they have set
# program (their name), failure (the exit code when they cannot start) and home (the folder above).
# shellcheck shell=sh

oldest=25

die() {
  echo "$program: $*" >&2
  exit "$failure"
}

# is_jdk FOLDER: does it hold a JDK that is new enough?
is_jdk() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  if [ -r "$1/release" ]; then # answers without starting a JVM
    major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  else
    major=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  fi
  [ -n "$major" ] && [ "$major" -ge "$oldest" ]
}

find_jdk() {
  if [ -n "${FIRN_JAVA_HOME:-}" ]; then
    is_jdk "$FIRN_JAVA_HOME" || die "FIRN_JAVA_HOME=$FIRN_JAVA_HOME is not a JDK $oldest or newer"
    jdk=$FIRN_JAVA_HOME
    return
  fi
  on_path=$(command -v java 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null)
  for jdk in "${JAVA_HOME:-}" "${on_path%/bin/java}" \
      /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/* /opt/java/* /opt/jdk/* \
      "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
      "${HOME:-}"/.asdf/installs/java/* "${HOME:-}"/.local/share/mise/installs/java/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home \
      "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
      /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    is_jdk "$jdk" && return
  done
  die "needs a JDK $oldest or newer and found none: install one (for example Eclipse Temurin" \
    "$oldest), or set FIRN_JAVA_HOME to one"
}

# Builds what is missing, and says so; for that the caller has set goals (what to ask Maven for),
# built (a file that is as new as the sources of the last build) and build_reason (prints why a build
# is needed, or nothing).
build() {
  log=$home/target/firn-build.log
  reason=$(build_reason)
  [ -n "$reason" ] || return 0
  command -v mvn >/dev/null || die "needs Maven 3.8.7 or newer to build: install it, or put mvn on the PATH"
  mkdir -p "$home/target" || exit 1
  # Two first uses at once must not write the same files.
  if command -v flock >/dev/null; then
    exec 9>"$home/target/firn-build.lock"
    flock 9
    reason=$(build_reason)
    [ -n "$reason" ] || { exec 9>&-; return 0; }
  fi
  echo "building Firn ($reason) ..." >&2
  began=$home/target/firn-build.began
  : >"$began"
  # shellcheck disable=SC2086 # lists of words
  if ! (cd "$home" && JAVA_HOME=$jdk mvn -B $goals) \
      >"$log" 2>&1 </dev/null 9>&-; then
    tail -n 40 "$log" >&2
    die "the build failed; all of its output is in $log"
  fi
  mv "$began" "$built"
  exec 9>&-
}
