package dev.firn.compaction;

import dev.firn.core.MemoryBudget;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.range.RangeFragmenter;
import dev.firn.version.Entry;
import dev.firn.version.ListCursor;
import dev.firn.version.TestStore;
import dev.firn.version.Version;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A {@link TestStore} whose tables come from flushes and compactions. */
final class CompactingStore extends TestStore {

  static final CompactionPolicy POLICY = new CompactionPolicy(3, 4, 4000, 3, 5, 1500, 50, 0);

  CompactionPolicy policy = POLICY;

  CompactingStore(MemoryFileSystem files) {
    super(files);
  }

  CompactingStore() {
    this(new MemoryFileSystem());
  }

  CompactionEnvironment environment(long... boundaries) {
    CompactionEnvironment.Outputs outputs =
        new CompactionEnvironment.Outputs(
            files,
            FOLDER,
            level -> OPTIONS,
            policy.targetTableBytes(),
            versions::allocateNumber,
            MemoryBudget.unbounded(),
            versions.pendingOutputs());
    return new CompactionEnvironment(outputs, Boundaries.of(boundaries), () -> false);
  }

  @Override
  public void flush(List<Entry> entries, long... boundaries) {
    TreeSet<Entry> sorted = new TreeSet<>(Entry.ORDER);
    sorted.addAll(entries);
    CompactionResult result =
        CompactionJob.flush(
            environment(boundaries),
            new ListCursor(List.copyOf(sorted)),
            new RangeFragmenter(),
            () -> {},
            versions.state(),
            ValuePlacement.AS_READ);
    apply(result.edit(), entries);
  }

  @Override
  public void rewriteAll(long... boundaries) {
    compactFull(versions.allocateNumber(), boundaries);
  }

  /** Runs the picker's next compaction; false when there is none. */
  boolean compact(long... boundaries) {
    Version version = versions.current();
    try {
      return compact(
          version, CompactionPicker.pick(version.shape(), version.trees(), policy), boundaries);
    } finally {
      version.release();
    }
  }

  /** Runs a full compaction; false when there is none. */
  boolean compactFull(long before, long... boundaries) {
    Version version = versions.current();
    try {
      return compact(
          version,
          CompactionPicker.pickFull(version.shape(), version.trees(), policy, before, 0),
          boundaries);
    } finally {
      version.release();
    }
  }

  /**
   * Merges adjacent runs of level 0 into one, which a policy may choose though the picker takes the
   * newest ones only.
   *
   * @param newest how many runs are newer than those to merge
   */
  void compactRuns(int newest, int count, boolean rewrite, long... boundaries) {
    Version version = versions.current();
    try {
      List<Compaction.Source> sources =
          version.shape().runs(0).subList(newest, newest + count).stream()
              .map(run -> Compaction.Source.of(0, run))
              .toList();
      Compaction.Target target = new Compaction.Target(0, sources.getFirst().run());
      compact(version, Optional.of(new Compaction.Merge(sources, target, rewrite)), boundaries);
    } finally {
      version.release();
    }
  }

  private boolean compact(Version version, Optional<Compaction> picked, long... boundaries) {
    picked.ifPresent(
        compaction ->
            versions.apply(
                new CompactionJob(environment(boundaries), version, policy)
                    .run(compaction)
                    .edit()));
    return picked.isPresent();
  }
}
