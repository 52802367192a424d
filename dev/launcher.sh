# The common part of the launchers (firn, dev/compare, dev/jmh, dev/stress, dev/torture): finds a JDK
# and builds what is missing. A launcher reads this file with "." after it has set
#   program  its name, for messages
#   home     the top folder of the checkout
# The environment variable FIRN_JAVA_HOME names the JDK to use.
# shellcheck shell=sh

oldest=25
failure=6 # the exit code of firn for failures of this kind; 1 would mean that a key is not there

die() {
  echo "$program: $*" >&2
  exit "$failure"
}

# is_jdk FOLDER: whether it holds a JDK that is new enough.
is_jdk() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  if [ -r "$1/release" ]; then # answers without starting a JVM
    major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  else
    major=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  fi
  [ -n "$major" ] && [ "$major" -ge "$oldest" ]
}

# Sets jdk.
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

# build PRODUCT STAMP SOURCES GOALS...: runs Maven when PRODUCT is missing, or when a source is newer
# than both PRODUCT and STAMP, which is as new as the sources of the last build by a launcher. SOURCES
# is a folder, in addition to the main sources of all modules.
build() {
  product=$home/$1 stamp=$home/$2 sources=$3
  shift 3
  log=$home/target/firn-build.log
  reason=$(build_reason)
  [ -n "$reason" ] || return 0
  command -v mvn >/dev/null ||
    die "needs Maven 3.8.7 or newer to build: install it, or put mvn on the PATH"
  mkdir -p "$home/target" || exit "$failure"
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
  if ! (cd "$home" && JAVA_HOME=$jdk mvn -B "$@") >"$log" 2>&1 </dev/null 9>&-; then
    tail -n 40 "$log" >&2
    die "the build failed; all of its output is in $log"
  fi
  mv "$began" "$stamp"
  exec 9>&-
}

# Prints why a build is needed, or nothing.
build_reason() {
  if [ ! -f "$product" ]; then
    echo "first use"
    return
  fi
  last=$product
  [ "$stamp" -nt "$product" ] && last=$stamp
  # Folders too: the time of a folder is that of the last file removed from it.
  newer=$(cd "$home" && find pom.xml ./*/pom.xml ./*/src/main "$sources" -newer "$last" -print)
  [ -z "$newer" ] || echo "sources changed"
}

# build_with PROFILE CLASS: builds the sources in src-test/src/PROFILE, which are compiled with that
# Maven profile only, and sets classpath. CLASS is one of them: a build without the profile removes it.
build_with() {
  build "src-test/target/classes/$2.class" "src-test/target/$1-built" "src-test/src/$1" \
    "-P$1" -pl src-test -am process-classes -Dmaven.test.skip=true
  classpath="src-test/target/classes:$(cat "$home/src-test/target/$1-classpath")"
}
