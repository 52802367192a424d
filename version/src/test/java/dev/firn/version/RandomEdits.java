package dev.firn.version;

import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FileName;
import dev.firn.sstable.EntryStats;
import dev.firn.sstable.ExpiryStats;
import dev.firn.sstable.GarbageStats;
import dev.firn.sstable.GarbageStats.TreeBytes;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.ClockMark;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.JournalHead;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionEdit.NextFileNumber;
import dev.firn.version.VersionEdit.NextTreeId;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import dev.firn.version.VersionEdit.TreeConfigured;
import dev.firn.version.VersionEdit.TreeCreated;
import dev.firn.version.VersionEdit.TreeDropped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Version edits of all kinds, sensible or not. */
final class RandomEdits {

  private final Random random;

  RandomEdits(Random random) {
    this.random = random;
  }

  VersionEdit edit() {
    List<Change> changes = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      changes.add(change());
    }
    return new VersionEdit(changes);
  }

  private Change change() {
    return switch (random.nextInt(11)) {
      case 0 -> new TableAdded(level(), number(), table());
      case 1 -> new TableRemoved(level(), number(), number());
      case 2 -> new NextFileNumber(number());
      case 3 -> new JournalFloor(number());
      case 4 -> new LastSequence(number() & SequenceNumber.MAX_STORED);
      case 5 -> new TreeCreated(id(), name());
      case 6 -> new TreeDropped(id());
      case 7 -> new JournalHead(number());
      case 9 -> new ClockMark(number());
      case 8 -> new TreeConfigured(id(), settings());
      default -> new NextTreeId(id());
    };
  }

  private TableMetadata table() {
    long entries = 1L + random.nextInt(1000);
    long deletions = random.nextInt((int) entries + 1);
    long expiring = random.nextInt((int) (entries - deletions) + 1);
    long earliest = expiring == 0 ? 0 : number();
    long latest = expiring == 0 ? 0 : earliest + random.nextInt(1 << 20);
    TableMetadata table = table(entries, deletions);
    return table.withExpiry(new ExpiryStats(expiring, earliest, latest));
  }

  private TableMetadata table(long entries, long deletions) {
    byte[] a = key();
    byte[] b = key();
    boolean ascending = Arrays.compareUnsigned(a, b) <= 0;
    long sequence = random.nextLong() & (SequenceNumber.MAX_STORED >> 1);
    return new TableMetadata(
        number(),
        number(),
        ascending ? a : b,
        ascending ? b : a,
        new EntryStats(
            entries,
            deletions,
            number(),
            sequence,
            sequence + random.nextInt(1000),
            random.nextBoolean() ? GarbageStats.NONE : garbage(entries, deletions)));
  }

  private GarbageStats garbage(long entries, long deletions) {
    int trees = random.nextInt((int) Math.min(entries, 20)) + 1;
    int listed = trees == 1 ? 0 : Math.min(trees, GarbageStats.MAX_TREES);
    List<TreeBytes> largest = new ArrayList<>();
    for (int i = 0; i < listed; i++) {
      largest.add(new TreeBytes(3 * i + random.nextInt(3), number()));
    }
    return new GarbageStats(
        random.nextInt((int) entries), deletions == 0 ? 0 : number(), trees, largest);
  }

  private byte[] key() {
    byte[] key = new byte[4 + random.nextInt(20)];
    random.nextBytes(key);
    return key;
  }

  private int level() {
    return random.nextInt(VersionEdit.MAX_LEVELS);
  }

  private long number() {
    return (random.nextLong() >>> (1 + random.nextInt(62))) % FileName.MAX_NUMBER;
  }

  private TreeSettings settings() {
    return switch (random.nextInt(4)) {
      case 0 -> TreeSettings.DEFAULTS;
      case 1 -> new TreeSettings(TreeKind.MULTI, null, number(), 0);
      case 2 -> new TreeSettings(TreeKind.PLAIN, name(), 0, random.nextInt(1 << 20));
      default -> new TreeSettings(TreeKind.PLAIN, null, number(), random.nextInt(1 << 20));
    };
  }

  private int id() {
    return 1 + random.nextInt(Integer.MAX_VALUE - 1);
  }

  private String name() {
    return random
        .ints(1 + random.nextInt(20), 32, 0x2fff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
