package dev.firn.sstable;

import dev.firn.core.KeyHash;
import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.range.RangeTombstones;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole table again, without map and cache, and checks it: the checksums, that the entries
 * ascend, that index and filter lead to each entry, and that the properties agree with the entries.
 * Sections follow each other without gaps, and the part of the footer that its checksum does not
 * cover is a constant; so every byte is checked.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class TableVerifier {

  private final TableFile file;
  private final Footer footer;
  private final TableProperties properties;
  private final TableIndex index;
  private final @Nullable TableFilter filter;
  private final TableCursor cursor;
  private final NativeBuffer last = new NativeBuffer(Arena.ofAuto(), 256);

  private int lastLength;
  private long lastTrailer;
  private int block = -1;
  private final EntryStats.Collector stats = new EntryStats.Collector();
  private final ValueReferences.Collector references = new ValueReferences.Collector();

  /**
   * @param cursor a sequential cursor over the table
   */
  TableVerifier(
      OpenTable table, TableIndex index, @Nullable TableFilter filter, TableCursor cursor) {
    this.file = table.file();
    this.footer = table.footer();
    this.properties = table.properties();
    this.index = index;
    this.filter = filter;
    this.cursor = cursor;
  }

  /**
   * @param progress receives the number of bytes verified since the last call
   */
  void verify(LongConsumer progress) {
    long end = file.size();
    verifyEnd();
    progress.accept(end - footer.properties());
    RangeTombstones ranges =
        footer.hasRanges() ? RangeSection.read(file, footer) : RangeTombstones.EMPTY;
    file.check(footer.index(), footer.ranges());
    index.verify();
    progress.accept(footer.properties() - footer.index());
    if (filter != null) {
      file.check(footer.filter(), footer.index());
      progress.accept(footer.index() - footer.filter());
    }
    for (boolean valid = cursor.first(); valid; valid = cursor.next()) {
      if (cursor.block() != block) {
        enterBlock(progress);
      }
      verifyEntry();
    }
    progress.accept(footer.filter() - index.start(block));
    verifyTotals(ranges);
  }

  /** What the table refers to in value files, after {@link #verify}. */
  ValueReferences references() {
    return references.references();
  }

  /**
   * Checks the references to value files, after {@link #verify}.
   *
   * @param known the metadata of the manifest, which has them; the properties do not
   */
  void checkReferences(TableMetadata known) {
    boolean isKnown = !known.equals(properties.metadata());
    if (isKnown && !known.references().equals(references())) {
      throw file.corrupt(0, known.references() + "", references() + "");
    }
  }

  /** Checks that footer and properties are still what the table was opened with. */
  private void verifyEnd() {
    ReadScratch scratch = file.scratches().takeScratch();
    try {
      Footer read = Footer.read(file, scratch);
      if (!read.equals(footer) || !TableProperties.read(file, read, scratch).equals(properties)) {
        throw file.corrupt(footer.properties(), "the properties as they were", "other properties");
      }
    } finally {
      file.scratches().giveBack(scratch);
    }
  }

  private void enterBlock(LongConsumer progress) {
    int entered = cursor.block();
    if (entered > 0) {
      progress.accept(index.start(entered) - index.start(block));
      boolean separates =
          index.compare(entered, last.memory(), 0, lastLength, lastTrailer) > 0
              && index.compare(
                      entered,
                      cursor.key(),
                      cursor.keyOffset(),
                      cursor.keyLength(),
                      cursor.trailer())
                  <= 0;
      if (!separates) {
        throw file.corrupt(footer.index(), "a fence before block " + entered, "a fence elsewhere");
      }
    }
    block = entered;
    cursor.verifyBlock();
  }

  private void verifyEntry() {
    MemorySegment key = cursor.key();
    long offset = cursor.keyOffset();
    int length = cursor.keyLength();
    long trailer = cursor.trailer();
    int order =
        stats.entries() == 0
            ? -1
            : KeyOrder.compare(
                last.memory(), 0, lastLength, lastTrailer, key, offset, length, trailer);
    if (order >= 0 || !ValueKind.isInTables(trailer)) {
      throw file.malformed(index.start(block));
    }
    if (SequenceNumber.kindCode(trailer) == ValueKind.VALUE_REFERENCE.code()) {
      if (!ValueReference.isSound(cursor.value(), cursor.valueOffset(), cursor.valueLength())) {
        throw file.malformed(index.start(block));
      }
      references.add(cursor.value(), cursor.valueOffset(), cursor.valueLength());
    }
    if (filter != null && !filter.mayContain(KeyHash.of(key, offset, length))) {
      throw file.corrupt(footer.filter(), "a filter of all keys", "a filter without one key");
    }
    boolean isHidden =
        stats.entries() > 0
            && KeyOrder.compare(last.memory(), 0, lastLength, key, offset, length) == 0;
    MemorySegment.copy(key, offset, last.ensure(length, 0), 0, length);
    lastLength = length;
    lastTrailer = trailer;
    stats.add(StoreKey.tree(last.memory(), 0), length, trailer, cursor.valueLength(), isHidden);
  }

  private void verifyTotals(RangeTombstones ranges) {
    TableMetadata claimed = properties.metadata();
    stats.addRanges(ranges, claimed.garbage().coveredBytes());
    cursor.first();
    byte[] smallest = TableMetadata.copyKey(cursor.key(), cursor.keyOffset(), cursor.keyLength());
    // Tables of earlier releases do not say what garbage they have.
    EntryStats found = stats.stats(claimed.garbage().oldestDeletion());
    TableMetadata metadata =
        new TableMetadata(
            claimed.number(),
            claimed.fileBytes(),
            RangeSection.smallest(smallest, ranges),
            RangeSection.largest(TableMetadata.copyKey(last.memory(), 0, lastLength), ranges),
            claimed.garbage().equals(GarbageStats.NONE) ? found.withoutGarbage() : found,
            claimed.id());
    if (!metadata.equals(claimed)) {
      throw file.corrupt(footer.properties(), claimed.toString(), metadata.toString());
    }
  }
}
