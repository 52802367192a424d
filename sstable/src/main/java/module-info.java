/** Immutable sorted tables. */
module dev.firn.sstable {
  requires transitive dev.firn.core;
  requires io.netty.buffer;
  requires io.netty.common;
  requires org.lz4.java;
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  exports dev.firn.sstable to
      dev.firn,
      dev.firn.compaction,
      dev.firn.version;
}
