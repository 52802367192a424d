package dev.firn.core;

/** What an entry does to its key. The codes are on disk: never renumber or reuse one. */
public enum ValueKind {
  /** Removes the key. Carries no value. */
  DELETE(0),
  /** Sets the key's value. */
  PUT(1),
  /**
   * Removes all keys from the entry's key up to the store key in its value, which is not removed.
   * In journals; memtables and tables keep these apart from the other entries.
   */
  RANGE_DELETE(2),
  /** Sets the key's value, which is in a value file. In tables only. */
  VALUE_REFERENCE(3),
  /**
   * Changes the key's older value, or the absence of one, by an operand, which is the entry's
   * value. Never has sequence 0. See {@link dev.firn.core.merge.OperandChain}.
   */
  MERGE(4);

  private final int code;

  ValueKind(int code) {
    this.code = code;
  }

  /** The code on disk. */
  public int code() {
    return code;
  }

  /** Whether memtables have entries of the kind with this code. */
  public static boolean isSupported(int code) {
    return code == DELETE.code || code == PUT.code || code == MERGE.code;
  }

  /** Whether tables have entries with a trailer like this. */
  public static boolean isInTables(long trailer) {
    int code = SequenceNumber.kindCode(trailer);
    boolean isWithoutSequence = SequenceNumber.sequence(trailer) == 0;
    return (isSupported(code) || code == VALUE_REFERENCE.code)
        && !(code == MERGE.code && isWithoutSequence);
  }

  /** Whether journals have entries of the kind with this code. */
  public static boolean isInJournal(int code) {
    return isSupported(code) || code == RANGE_DELETE.code;
  }
}
