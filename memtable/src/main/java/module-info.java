/** The lock-free skip list of the newest writes. */
module dev.firn.memtable {
  requires transitive dev.firn.core;
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  exports dev.firn.memtable to
      dev.firn,
      dev.firn.cli;
}
