/** What every module shares: keys, order, cursors, files, memory, errors. Needs the JDK only. */
module dev.firn.core {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  exports dev.firn.error;
  exports dev.firn.core to
      dev.firn,
      dev.firn.cli,
      dev.firn.compaction,
      dev.firn.memtable,
      dev.firn.sstable,
      dev.firn.version,
      dev.firn.wal;
  exports dev.firn.core.merge to
      dev.firn,
      dev.firn.compaction;
  exports dev.firn.core.range to
      dev.firn,
      dev.firn.cli,
      dev.firn.compaction,
      dev.firn.memtable,
      dev.firn.sstable,
      dev.firn.version,
      dev.firn.wal;
  exports dev.firn.core.file to
      dev.firn,
      dev.firn.cli,
      dev.firn.compaction,
      dev.firn.memtable,
      dev.firn.sstable,
      dev.firn.version,
      dev.firn.wal;
}
