# What the launchers of the comparison and of the JMH benchmarks build: src-test with the profile that
# brings the other stores. Read by them with "." after launcher.sh.
# shellcheck shell=sh

classpath=$home/src-test/target/peers-classpath
built=$home/src-test/target/peers-built

# Says why a build is needed, or nothing. A build without the profile removes the classes.
build_reason() {
  if [ ! -f "$classpath" ] || [ ! -f "$built" ] \
      || [ ! -f "$home/src-test/target/classes/dev/firn/test/compare/Compare.class" ]; then
    echo "first use"
    return
  fi
  # Folders count too: theirs is the time of the last file that was removed.
  newer=$(cd "$home" && find pom.xml ./*/pom.xml ./*/src/main ./src-test/src/bench -newer "$built" -print)
  [ -z "$newer" ] || echo "sources changed"
}

goals="-Ppeers -pl src-test -am process-classes -Dmaven.test.skip=true"
