package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryRef;
import dev.firn.core.HitPredictor;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyHash;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.sstable.BlockCache;
import dev.firn.sstable.Codec;
import dev.firn.sstable.TableOptions;
import dev.firn.version.Entry;
import dev.firn.version.ListCursor;
import dev.firn.version.MergingCursor;
import dev.firn.version.Shape;
import dev.firn.version.Version;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionSet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The lower half of a store: version set, flush, merge, read; in memory, with tiny tables. */
final class TestStore implements AutoCloseable {

  static final Path FOLDER = Path.of("/store").toAbsolutePath();
  static final TableOptions OPTIONS = new TableOptions(256, 4, 10, Codec.NONE);
  static final CompactionPolicy POLICY = new CompactionPolicy(3, 4, 4000, 3, 5, 1500, 50);

  final MemoryFileSystem files;
  final BlockCache cache = new BlockCache(1 << 16);
  final VersionSet versions;
  CompactionPolicy policy = POLICY;
  long written;

  TestStore(MemoryFileSystem files) {
    this.files = files;
    files.createDirectories(FOLDER);
    this.versions = VersionSet.open(files, FOLDER, cache, Runnable::run, 42, true);
    versions.begin();
  }

  TestStore() {
    this(new MemoryFileSystem());
  }

  CompactionEnvironment environment(long... boundaries) {
    return new CompactionEnvironment(
        files,
        FOLDER,
        level -> OPTIONS,
        policy.targetTableBytes(),
        versions::allocateNumber,
        versions.newTables(),
        boundaries,
        () -> false,
        bytes -> {});
  }

  /** Adds a run of level 0 with these entries, in any order. */
  void flush(List<Entry> entries, long... boundaries) {
    TreeSet<Entry> sorted = new TreeSet<>(Entry.ORDER);
    sorted.addAll(entries);
    CompactionResult result =
        CompactionJob.flush(
            environment(boundaries),
            new ListCursor(List.copyOf(sorted)),
            () -> {},
            versions.trees());
    long last = entries.stream().mapToLong(Entry::sequence).max().orElse(0);
    List<Change> changes = new ArrayList<>(result.edit().changes());
    changes.add(new LastSequence(Math.max(last, versions.state().lastSequence())));
    changes.add(new JournalFloor(versions.allocateNumber()));
    versions.apply(new VersionEdit(changes));
    written += result.bytesWritten();
  }

  /** Does what the picker wants next; false when it wants nothing. */
  boolean compact(long... boundaries) {
    Version version = versions.current();
    try {
      return compact(
          version, CompactionPicker.pick(version.shape(), version.trees(), policy), boundaries);
    } finally {
      version.release();
    }
  }

  boolean compactFull(long before, long... boundaries) {
    Version version = versions.current();
    try {
      return compact(
          version,
          CompactionPicker.pickFull(version.shape(), version.trees(), policy, before),
          boundaries);
    } finally {
      version.release();
    }
  }

  private boolean compact(Version version, Optional<Compaction> picked, long... boundaries) {
    picked.ifPresent(
        compaction -> {
          CompactionResult result =
              new CompactionJob(environment(boundaries), version, policy).run(compaction);
          versions.apply(result.edit());
          written += result.bytesWritten();
        });
    return picked.isPresent();
  }

  /** The newest entry of a key that a reader at a sequence sees, or null. */
  @Nullable Entry get(byte[] key, long sequence) {
    Version version = versions.current();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
      EntryRef found = new EntryRef();
      boolean present =
          version.get(
              memory,
              0,
              key.length,
              KeyHash.of(memory, 0, key.length),
              SequenceNumber.seekTrailer(sequence),
              new HitPredictor(),
              found);
      if (!present) {
        return null;
      }
      byte[] value =
          found.segment().asSlice(found.offset(), found.length()).toArray(ValueLayout.JAVA_BYTE);
      Entry entry = new Entry(key, found.trailer(), value);
      found.release();
      return entry;
    } finally {
      version.release();
    }
  }

  /** All entries of all runs, merged. */
  List<Entry> entries() {
    Version version = versions.current();
    List<InternalCursor> cursors = new ArrayList<>();
    version.addCursors(cursors);
    List<Entry> entries = new ArrayList<>();
    try (MergingCursor merged = new MergingCursor(cursors)) {
      for (boolean more = merged.first(); more; more = merged.next()) {
        entries.add(ListCursor.current(merged));
      }
    } finally {
      version.release();
    }
    return entries;
  }

  /** Checks what {@link Shape} promises: newer runs have newer entries, metadata is true. */
  void checkInvariant() {
    Version version = versions.current();
    try {
      List<InternalCursor> cursors = new ArrayList<>();
      version.addCursors(cursors);
      java.util.TreeMap<byte[], Long> oldest =
          new java.util.TreeMap<>(java.util.Arrays::compareUnsigned);
      for (InternalCursor cursor : cursors) {
        java.util.TreeMap<byte[], Long> seen =
            new java.util.TreeMap<>(java.util.Arrays::compareUnsigned);
        for (boolean more = cursor.first(); more; more = cursor.next()) {
          Entry entry = ListCursor.current(cursor);
          Long above = oldest.get(entry.key());
          assertTrue(
              above == null || Long.compareUnsigned(entry.trailer(), above) < 0,
              () -> entry + " lies below older ones");
          seen.put(entry.key(), entry.trailer());
        }
        oldest.putAll(seen);
        cursor.close();
      }
    } finally {
      version.release();
    }
  }

  /** Checks that the folder holds the current version's files and nothing else. */
  void checkFiles() {
    List<String> expected = new ArrayList<>(List.of("CURRENT"));
    versions
        .state()
        .shape()
        .tables()
        .forEach(table -> expected.add("%06d.table".formatted(table.number())));
    List<String> found = new ArrayList<>(files.list(FOLDER));
    assertEquals(1, found.stream().filter(name -> name.startsWith("manifest-")).count());
    found.removeIf(name -> name.startsWith("manifest-"));
    expected.sort(null);
    assertEquals(expected, found);
  }

  @Override
  public void close() {
    versions.close();
    cache.close();
    assertEquals(List.of(), files.openFiles());
  }
}
