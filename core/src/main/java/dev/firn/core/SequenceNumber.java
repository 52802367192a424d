package dev.firn.core;

/**
 * The position of an entry in the order of all commits: 56 bits in a {@code long}. With the entry's
 * kind it forms the 8-byte <i>trailer</i> of an internal key.
 *
 * <pre>
 *  bits 63..8  sequence
 *  bits  7..0  kind, see {@link ValueKind}
 * </pre>
 *
 * <p>Of equal keys the larger trailer sorts first, so the newest entry is met first. A search for
 * {@code (key, seekTrailer(s))} meets the newest entry that a reader at sequence {@code s} sees.
 */
public final class SequenceNumber {

  /** The largest sequence. */
  public static final long MAX = (1L << 56) - 1;

  /**
   * The largest sequence that a store is opened with. No store reaches it, and above it there is
   * room for more than one process can write.
   */
  public static final long MAX_STORED = MAX >> 1;

  /**
   * The first of the sequences of entries that are not committed and that their writer alone sees:
   * they are newer than all others, and are in no file.
   */
  public static final long FIRST_OWN = MAX_STORED + 1;

  /** The trailer that sorts before every other trailer of the same key. */
  public static final long MAX_TRAILER = -1L;

  /** The trailer that sorts after every other trailer of the same key. */
  public static final long MIN_TRAILER = 0L;

  private SequenceNumber() {}

  /** Packs a sequence and the code of a kind into a trailer. */
  public static long trailer(long sequence, int kindCode) {
    assert sequence >= 0 && sequence <= MAX : "sequence=" + sequence;
    assert (kindCode & ~0xff) == 0 : "kindCode=" + kindCode;
    return sequence << 8 | kindCode;
  }

  /** The trailer to search with for the newest entry at or before {@code sequence}. */
  public static long seekTrailer(long sequence) {
    return sequence << 8 | 0xff;
  }

  /** The sequence in a trailer. */
  public static long sequence(long trailer) {
    return trailer >>> 8;
  }

  /** The code of the kind in a trailer. */
  public static int kindCode(long trailer) {
    return (int) trailer & 0xff;
  }
}
