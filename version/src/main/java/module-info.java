/** The shape of the store: versions, runs, the manifest, and the cursor that merges runs. */
module dev.firn.version {
  requires transitive dev.firn.core;
  requires transitive dev.firn.sstable;
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  exports dev.firn.version to
      dev.firn,
      dev.firn.compaction;
}
