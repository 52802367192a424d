/** Which tables to compact next, and the compaction. */
module dev.firn.compaction {
  requires transitive dev.firn.core;
  requires transitive dev.firn.sstable;
  requires transitive dev.firn.version;
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  exports dev.firn.compaction to
      dev.firn;
}
