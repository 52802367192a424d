package dev.firn.core;

import java.util.function.LongSupplier;

/**
 * The moment that a reader reads at, a sequence and a clock, and what an entry means to it. What
 * decides on entries asks here: point reads, scans, gaps, flushes and compactions.
 *
 * <p>Kind, value and moment decide; for a put the kind alone, which is the first test. The clock is
 * in milliseconds since 1970. A reader that is short of a moment of its own asks for the clock when
 * it meets the first entry with an expiry, so that stores without such entries never do.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
public final class ReadMoment {

  /** In place of a clock: not known. */
  private static final long UNKNOWN = -1;

  private static final LongSupplier NO_CLOCK = () -> 0;

  private LongSupplier source = NO_CLOCK;
  private long sequence;

  /** The newest of the reader's own entries that it sees; below all of them if it has none. */
  private long newestOwn;

  private long clock = UNKNOWN;

  /** Whether an expiry decided on an entry. */
  private boolean expired;

  /** Sets the newest sequence that the reader sees; no entry has expired for it. */
  public void set(long newest) {
    set(newest, 0, NO_CLOCK);
  }

  /** Sets the moment of a reader without entries of its own, as the other method does. */
  public void set(long newest, LongSupplier now) {
    set(newest, 0, now);
  }

  /**
   * Sets the moment.
   *
   * @param newest the newest sequence of committed entries
   * @param own the newest sequence of the reader's own entries, which are not committed, from
   *     {@link SequenceNumber#FIRST_OWN} on; 0 for none
   * @param now gives the clock; asked once at most
   */
  public void set(long newest, long own, LongSupplier now) {
    sequence = newest;
    newestOwn = own;
    source = now;
    clock = UNKNOWN;
    expired = false;
  }

  /** Whether the reader has entries of its own. */
  public boolean hasOwn() {
    return newestOwn != 0;
  }

  /** The newest sequence of committed entries that the reader sees. */
  public long sequence() {
    return sequence;
  }

  /** The reader's clock, which is fixed by the first call. */
  public long clock() {
    long known = clock;
    if (known == UNKNOWN) {
      known = source.getAsLong();
      clock = known;
    }
    return known;
  }

  /**
   * The clock from which on readers find what this reader found: 0 if no entry that it met had
   * expired.
   */
  public long neededClock() {
    return expired ? clock : 0;
  }

  /** Whether the reader sees an entry with a trailer. */
  public boolean isVisible(long trailer) {
    long asked = SequenceNumber.sequence(trailer);
    return asked <= sequence || isOwn(asked);
  }

  private boolean isOwn(long asked) {
    return asked >= SequenceNumber.FIRST_OWN && asked <= newestOwn;
  }

  /**
   * The trailer to search with for the newest entry that the reader sees, after one with a trailer
   * that it does not see, or after none.
   */
  public long nextVisible(long trailer) {
    boolean isOwn = newestOwn != 0 && SequenceNumber.sequence(trailer) > newestOwn;
    return SequenceNumber.seekTrailer(isOwn ? newestOwn : sequence);
  }

  /**
   * Whether an entry that the reader sees shows a value, at its place or by a reference. An entry
   * with an expiry becomes a put of its value or a deletion.
   */
  public boolean isValue(EntryRef entry) {
    long trailer = entry.trailer();
    return isAlwaysValue(trailer) || (isExpiring(trailer) && settle(entry));
  }

  private boolean settle(EntryRef entry) {
    long expiry = Expiry.of(entry.segment(), entry.offset(), entry.length());
    boolean isValue = !isPast(expiry);
    entry.settleExpiry(isValue);
    return isValue;
  }

  /** Makes entries with an expiry puts of their values or deletions, whichever they are here. */
  public void settle(EntryBatch entries) {
    if (entries.mayHaveExpiries()) {
      for (int i = 0; i < entries.size(); i++) {
        if (isExpiring(entries.trailer(i))) {
          long expiry = Expiry.of(entries.value(i), entries.valueOffset(i), entries.valueLength(i));
          entries.settleExpiry(i, !isPast(expiry));
        }
      }
      entries.findTrailerBits();
    }
  }

  private boolean isPast(long expiry) {
    boolean isPast = Expiry.isPast(expiry, clock());
    expired |= isPast;
    return isPast;
  }

  /** Whether an entry of a batch that was settled shows a value to a reader that sees it. */
  public boolean isValue(EntryBatch entries, int entry) {
    return isAlwaysValue(entries.trailer(entry));
  }

  /** Whether an entry with a trailer shows a value to each reader that sees it. */
  public static boolean isAlwaysValue(long trailer) {
    int kind = SequenceNumber.kindCode(trailer);
    return kind == ValueKind.PUT.code()
        || kind == ValueKind.VALUE_REFERENCE.code()
        || kind == ValueKind.MERGE.code();
  }

  /** Whether an entry with a trailer may show a value to a reader. */
  public static boolean mayBeValue(long trailer) {
    int kind = SequenceNumber.kindCode(trailer);
    return kind != ValueKind.DELETE.code() && kind != ValueKind.RANGE_DELETE.code();
  }

  /** Whether an entry with a trailer refers to its value, which is in a value file. */
  public static boolean isReference(long trailer) {
    return SequenceNumber.kindCode(trailer) == ValueKind.VALUE_REFERENCE.code();
  }

  /** Whether an entry with a trailer is an operand, whose value older entries make as well. */
  public static boolean isOperand(long trailer) {
    return SequenceNumber.kindCode(trailer) == ValueKind.MERGE.code();
  }

  /** Whether an entry with a trailer has an expiry. */
  public static boolean isExpiring(long trailer) {
    return SequenceNumber.kindCode(trailer) == ValueKind.EXPIRING.code();
  }
}
