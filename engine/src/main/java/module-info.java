/** An embedded log-structured merge key-value store. {@code dev.firn} is the whole API. */
module dev.firn {
  requires transitive dev.firn.core;
  requires dev.firn.compaction;
  requires dev.firn.memtable;
  requires dev.firn.sstable;
  requires dev.firn.version;
  requires dev.firn.wal;
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  exports dev.firn;
}
