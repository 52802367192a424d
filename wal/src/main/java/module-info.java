/** The rotating, memory-mapped journal. */
module dev.firn.wal {
  requires transitive dev.firn.core;
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  exports dev.firn.wal to
      dev.firn,
      dev.firn.cli;
}
