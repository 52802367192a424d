package dev.firn.version;

import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.Varint;
import dev.firn.core.file.FileName;
import dev.firn.sstable.EntryStats;
import dev.firn.sstable.ExpiryStats;
import dev.firn.sstable.GarbageStats;
import dev.firn.sstable.GarbageStats.TreeBytes;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.ValueFile;
import dev.firn.sstable.ValueReferences;
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
import dev.firn.version.VersionEdit.ValueFileAdded;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Encodes a {@link VersionEdit} as the body of a manifest record. {@code docs/format/manifest.md}
 * is the specification.
 *
 * <pre>
 *  edit    := change*
 *  change  := tag u8, fields
 *  integer := LEB128 varint in its shortest form, below 2^63
 *  bytes   := length integer, bytes
 *
 *  tag  change           fields
 *    1  TableAdded       level, run, number, file bytes, entries, deletions, smallest sequence,
 *                        largest sequence, data bytes (integers), smallest key, largest key (bytes)
 *    2  TableRemoved     level, run, number
 *    3  NextFileNumber   number
 *    4  JournalFloor     number
 *    5  LastSequence     sequence
 *    6  TreeCreated      id, name (bytes, UTF-8)
 *    7  TreeDropped      id
 *    8  NextTreeId       id
 *    9  TableAdded       as 1, then the id of the table
 *   10  JournalHead      number
 *   12  TableAdded       as 1, then the id of the table or 0, hidden entries, oldest deletion,
 *                        trees, number of largest trees, of each its id and data bytes (integers)
 *   20  TableAdded       as 12, then range tombstones and the bytes that they covered (integers)
 *   30  ValueFileAdded   number, file bytes, value bytes, length of the shortest value
 *   32  of TableAdded    after the change that adds a table: number of value files it refers to, of
 *                        each its number minus the preceding one, bytes (integers)
 *   33  TreeConfigured   id, settings: see {@link TreeSettingsCodec}
 *   34  of TableAdded    after the change that adds a table: entries that expire, when the first of
 *                        them does, how much later the last one does (integers)
 *   35  ClockMark        milliseconds since 1970
 * </pre>
 */
final class VersionEditCodec {

  private static final int TABLE_ADDED = 1;
  private static final int TABLE_REMOVED = 2;
  private static final int NEXT_FILE_NUMBER = 3;
  private static final int JOURNAL_FLOOR = 4;
  private static final int LAST_SEQUENCE = 5;
  private static final int TREE_CREATED = 6;
  private static final int TREE_DROPPED = 7;
  private static final int NEXT_TREE_ID = 8;
  private static final int IDENTIFIED_TABLE_ADDED = 9;
  private static final int JOURNAL_HEAD = 10;
  private static final int GARBAGE_TABLE_ADDED = 12;
  private static final int VALUE_FILE_ADDED = 30;
  private static final int VALUE_REFERENCES = 32;
  private static final int EXPIRY = 34;
  private static final int CLOCK_MARK = 35;
  private static final int RANGES_TABLE_ADDED = 20;
  private static final int TREE_CONFIGURED = 33;

  /** Max bytes of a change without its keys, its name and its garbage. */
  private static final int MAX_CHANGE_BYTES = 1 + 12 * Varint.MAX_LONG_BYTES;

  private VersionEditCodec() {}

  /** Max length of the bytes of an edit. */
  static long maxBytes(VersionEdit edit) {
    long bytes = 0;
    for (Change change : edit.changes()) {
      bytes += MAX_CHANGE_BYTES;
      if (change instanceof TableAdded added) {
        bytes += added.table().keyBytes() + maxGarbageBytes(added.table());
        bytes += 1 + 3L * Varint.MAX_LONG_BYTES; // of the expiry
        bytes += 1 + (1 + 2L * added.table().references().files()) * Varint.MAX_LONG_BYTES;
      } else if (change instanceof TreeCreated tree) {
        bytes += 3L * tree.name().length(); // in UTF-8
      } else if (change instanceof TreeConfigured) {
        bytes += TreeSettingsCodec.MAX_BYTES;
      }
    }
    return bytes;
  }

  private static long maxGarbageBytes(TableMetadata table) {
    int integers = 6 + 2 * table.garbage().largestTrees().size();
    return table.garbage().equals(GarbageStats.NONE) ? 0 : (long) integers * Varint.MAX_LONG_BYTES;
  }

  /** Appends the bytes of an edit. */
  static void encode(VersionEdit edit, ByteSink sink) {
    for (Change change : edit.changes()) {
      switch (change) {
        case TableAdded added -> {
          encodeTable(added, sink);
          encodeExpiry(added.table().expiry(), sink);
          encodeReferences(added.table().references(), sink);
        }
        case ValueFileAdded file ->
            sink.putByte(VALUE_FILE_ADDED)
                .putVarint(file.number())
                .putVarint(file.fileBytes())
                .putVarint(file.valueBytes())
                .putVarint(file.shortest());
        case TableRemoved removed ->
            sink.putByte(TABLE_REMOVED)
                .putVarint(removed.level())
                .putVarint(removed.run())
                .putVarint(removed.number());
        case NextFileNumber next -> sink.putByte(NEXT_FILE_NUMBER).putVarint(next.number());
        case JournalFloor floor -> sink.putByte(JOURNAL_FLOOR).putVarint(floor.number());
        case JournalHead head -> sink.putByte(JOURNAL_HEAD).putVarint(head.number());
        case LastSequence last -> sink.putByte(LAST_SEQUENCE).putVarint(last.sequence());
        case TreeCreated tree ->
            sink.putByte(TREE_CREATED)
                .putVarint(tree.id())
                .putBytes(TreeCatalogue.encodeName(tree.name()));
        case TreeConfigured tree -> {
          sink.putByte(TREE_CONFIGURED).putVarint(tree.id());
          TreeSettingsCodec.encode(tree.settings(), sink);
        }
        case TreeDropped tree -> sink.putByte(TREE_DROPPED).putVarint(tree.id());
        case ClockMark mark -> sink.putByte(CLOCK_MARK).putVarint(mark.millis());
        case NextTreeId next -> sink.putByte(NEXT_TREE_ID).putVarint(next.id());
      }
    }
  }

  private static void encodeExpiry(ExpiryStats expiry, ByteSink sink) {
    if (expiry.entries() > 0) {
      sink.putByte(EXPIRY)
          .putVarint(expiry.entries())
          .putVarint(expiry.earliest())
          .putVarint(expiry.latest() - expiry.earliest());
    }
  }

  private static void encodeReferences(ValueReferences references, ByteSink sink) {
    if (references.isEmpty()) {
      return;
    }
    sink.putByte(VALUE_REFERENCES).putVarint(references.files());
    long[] previous = {0};
    references.forEach(
        (file, bytes) -> {
          sink.putVarint(file - previous[0]).putVarint(bytes);
          previous[0] = file;
        });
  }

  private static void encodeTable(TableAdded added, ByteSink sink) {
    TableMetadata table = added.table();
    boolean hasGarbage = !table.garbage().equals(GarbageStats.NONE);
    sink.putByte(tag(table, hasGarbage))
        .putVarint(added.level())
        .putVarint(added.run())
        .putVarint(table.number())
        .putVarint(table.fileBytes())
        .putVarint(table.entries())
        .putVarint(table.deletions())
        .putVarint(table.smallestSequence())
        .putVarint(table.largestSequence())
        .putVarint(table.dataBytes())
        .putBytes(table.smallestKey())
        .putBytes(table.largestKey());
    if (table.id() != 0 || hasGarbage) {
      sink.putVarint(table.id());
    }
    if (hasGarbage) {
      encodeGarbage(table.garbage(), sink);
    }
    if (table.rangeDeletions() > 0) {
      sink.putVarint(table.rangeDeletions()).putVarint(table.garbage().coveredBytes());
    }
  }

  private static int tag(TableMetadata table, boolean hasGarbage) {
    if (hasGarbage) {
      return table.rangeDeletions() > 0 ? RANGES_TABLE_ADDED : GARBAGE_TABLE_ADDED;
    }
    return table.id() == 0 ? TABLE_ADDED : IDENTIFIED_TABLE_ADDED;
  }

  private static void encodeGarbage(GarbageStats garbage, ByteSink sink) {
    sink.putVarint(garbage.hidden())
        .putVarint(garbage.oldestDeletion())
        .putVarint(garbage.trees())
        .putVarint(garbage.largestTrees().size());
    for (TreeBytes tree : garbage.largestTrees()) {
      sink.putVarint(Integer.toUnsignedLong(tree.tree())).putVarint(tree.bytes());
    }
  }

  /**
   * Decodes an edit; every length and range is checked.
   *
   * @param file the file that errors name
   * @param fileOffset the position of {@code offset} in that file
   * @throws dev.firn.error.CorruptionException when the bytes are not an edit
   */
  static VersionEdit decode(
      Path file, long fileOffset, MemorySegment segment, long offset, long length) {
    ByteSource source = new ByteSource(file, fileOffset, segment, offset, length);
    List<Change> changes = new ArrayList<>();
    while (source.hasMore()) {
      int tag = source.getByte();
      if (tag == VALUE_REFERENCES) {
        addReferences(source, changes);
      } else if (tag == EXPIRY) {
        addExpiry(source, changes);
      } else {
        changes.add(decodeChange(tag, source));
      }
    }
    return new VersionEdit(changes);
  }

  /** Adds the entries that expire to the table of the last change. */
  private static void addExpiry(ByteSource source, List<Change> changes) {
    if (changes.isEmpty()
        || !(changes.getLast() instanceof TableAdded added)
        || added.table().expires()) {
      throw source.malformed("a table before its entries that expire", "another change");
    }
    TableMetadata table = added.table();
    long entries = source.getVarint("entries that expire", 1, table.entries() - table.deletions());
    long earliest = number(source);
    long latest = earliest + source.getVarint("span", 0, Long.MAX_VALUE - 1 - earliest);
    TableMetadata expiring = table.withExpiry(new ExpiryStats(entries, earliest, latest));
    changes.set(changes.size() - 1, new TableAdded(added.level(), added.run(), expiring));
  }

  /** Adds references to the table of the last change. */
  private static void addReferences(ByteSource source, List<Change> changes) {
    if (changes.isEmpty()
        || !(changes.getLast() instanceof TableAdded added)
        || !added.table().references().isEmpty()) {
      throw source.malformed("a table before its references", "another change");
    }
    long count = source.getVarint("number of value files", 1, added.table().entries());
    Map<Long, Long> bytesByFile = new HashMap<>();
    long file = 0;
    for (long i = 0; i < count; i++) {
      file += source.getVarint("difference of numbers", 1, FileName.MAX_NUMBER - file);
      bytesByFile.put(file, source.getVarint("value bytes", 1, Long.MAX_VALUE));
    }
    TableMetadata table = added.table().withReferences(ValueReferences.of(bytesByFile));
    changes.set(changes.size() - 1, new TableAdded(added.level(), added.run(), table));
  }

  private static Change decodeChange(int tag, ByteSource source) {
    return switch (tag) {
      case VALUE_FILE_ADDED ->
          new ValueFileAdded(
              fileNumber(source),
              source.getVarint("length of a value file", 1, ValueFile.MAX_BYTES),
              number(source),
              (int) source.getVarint("length of a value", 1, Integer.MAX_VALUE));
      case TABLE_ADDED, IDENTIFIED_TABLE_ADDED, GARBAGE_TABLE_ADDED, RANGES_TABLE_ADDED ->
          decodeTable(source, tag);
      case TABLE_REMOVED -> new TableRemoved(level(source), number(source), fileNumber(source));
      case NEXT_FILE_NUMBER -> new NextFileNumber(fileNumber(source));
      case JOURNAL_FLOOR -> new JournalFloor(fileNumber(source));
      case JOURNAL_HEAD -> new JournalHead(fileNumber(source));
      case LAST_SEQUENCE -> new LastSequence(sequence(source));
      case TREE_CREATED ->
          new TreeCreated(treeId(source), source.getText(1, TreeCatalogue.MAX_NAME_BYTES));
      case TREE_CONFIGURED -> new TreeConfigured(treeId(source), TreeSettingsCodec.decode(source));
      case TREE_DROPPED -> new TreeDropped(treeId(source));
      case CLOCK_MARK -> new ClockMark(number(source));
      case NEXT_TREE_ID -> new NextTreeId(treeId(source));
      // The file may hold any tag.
      default -> throw source.malformed("a tag of a change", "tag " + tag);
    };
  }

  private static TableAdded decodeTable(ByteSource source, int tag) {
    boolean hasRanges = tag == RANGES_TABLE_ADDED;
    boolean hasGarbage = hasRanges || tag == GARBAGE_TABLE_ADDED;
    boolean hasId = hasGarbage || tag == IDENTIFIED_TABLE_ADDED;
    int level = level(source);
    long run = number(source);
    long number = fileNumber(source);
    long fileBytes = number(source);
    long entries = source.getVarint("number of entries", 1, Long.MAX_VALUE);
    long deletions = source.getVarint("number of deletions", 0, entries);
    long smallestSequence = sequence(source);
    long largestSequence =
        source.getVarint("largest sequence", smallestSequence, SequenceNumber.MAX_STORED);
    long dataBytes = number(source);
    byte[] smallestKey = source.getBytes(StoreKey.TREE_BYTES, StoreKey.MAX_BYTES);
    byte[] largestKey = source.getBytes(StoreKey.TREE_BYTES, StoreKey.MAX_BYTES);
    if (Arrays.compareUnsigned(smallestKey, largestKey) > 0) {
      throw source.malformed("a largest key", "one below the smallest");
    }
    long id = hasId ? source.getVarint("table id", hasGarbage ? 0 : 1, Long.MAX_VALUE) : 0;
    GarbageStats garbage = hasGarbage ? decodeGarbage(source) : GarbageStats.NONE;
    if (hasRanges) {
      long count = source.getVarint("number of range tombstones", 1, Long.MAX_VALUE);
      garbage = garbage.withRanges(count, number(source));
    }
    EntryStats stats =
        new EntryStats(entries, deletions, dataBytes, smallestSequence, largestSequence, garbage);
    if (!garbage.isSound(stats)) {
      throw source.malformed("the garbage of a table", garbage.toString());
    }
    return new TableAdded(
        level, run, new TableMetadata(number, fileBytes, smallestKey, largestKey, stats, id));
  }

  private static GarbageStats decodeGarbage(ByteSource source) {
    long hidden = number(source);
    long oldestDeletion = number(source);
    int trees = (int) source.getVarint("number of trees", 1, Integer.MAX_VALUE);
    long listed = source.getVarint("number of large trees", 0, GarbageStats.MAX_TREES);
    List<TreeBytes> largest = new ArrayList<>();
    for (long i = 0; i < listed; i++) {
      int tree = (int) source.getVarint("tree id", 0, 0xffff_ffffL);
      largest.add(new TreeBytes(tree, number(source)));
    }
    return new GarbageStats(hidden, oldestDeletion, trees, largest);
  }

  private static int level(ByteSource source) {
    return (int) source.getVarint("level", 0, VersionEdit.MAX_LEVELS - 1);
  }

  private static long number(ByteSource source) {
    return source.getVarint("number", 0, Long.MAX_VALUE - 1);
  }

  private static long fileNumber(ByteSource source) {
    return source.getVarint("file's number", 0, FileName.MAX_NUMBER);
  }

  private static long sequence(ByteSource source) {
    return source.getVarint("sequence", 0, SequenceNumber.MAX_STORED);
  }

  private static int treeId(ByteSource source) {
    return (int) source.getVarint("tree id", 1, Integer.MAX_VALUE);
  }
}
