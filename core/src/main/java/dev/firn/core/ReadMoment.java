package dev.firn.core;

/**
 * The moment that a reader reads at, and what an entry means to it. What decides on entries asks
 * here: point reads, scans, gaps, flushes and compactions.
 *
 * <p>Kind, value and moment decide; for a put the kind alone, which is the first test.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
public final class ReadMoment {

  private long sequence;

  /** The newest of the reader's own entries that it sees; below all of them if it has none. */
  private long newestOwn;

  /** Sets the newest sequence that the reader sees. */
  public void set(long newest) {
    set(newest, 0);
  }

  /**
   * Sets what a reader sees that has entries of its own, which are not committed.
   *
   * @param newest the newest sequence of committed entries
   * @param own the newest sequence of its own ones, from {@link SequenceNumber#FIRST_OWN} on; 0 for
   *     none
   */
  public void set(long newest, long own) {
    sequence = newest;
    newestOwn = own;
  }

  /** Sets this to another moment. */
  public void set(ReadMoment other) {
    set(other.sequence, other.newestOwn);
  }

  /** Whether the reader has entries of its own. */
  public boolean hasOwn() {
    return newestOwn != 0;
  }

  /** The newest sequence of committed entries that the reader sees. */
  public long sequence() {
    return sequence;
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

  /** Whether an entry that the reader sees shows a value, at its place or by a reference. */
  public boolean isValue(EntryRef entry) {
    return isAlwaysValue(entry.trailer());
  }

  /** Whether an entry that the reader sees shows a value, at its place or by a reference. */
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
}
