/** The shape of the tree, what to merge, and the merge. */
module dev.firn.compaction {
  requires transitive dev.firn.core;
  requires transitive dev.firn.sstable;
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  exports dev.firn.compaction to
      dev.firn,
      dev.firn.cli;
}
