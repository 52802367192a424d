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
  /** Reserved: an operand to combine with the key's older value. */
  MERGE(4),
  /** Sets the key's value until an instant; the value is an {@link Expiry} and the user's value. */
  EXPIRING(5);

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
    return code == DELETE.code || code == PUT.code || code == EXPIRING.code;
  }

  /** Whether tables have entries of the kind with this code. */
  public static boolean isSupportedInTables(int code) {
    return isSupported(code) || code == VALUE_REFERENCE.code;
  }

  /** Whether journals have entries of the kind with this code. */
  public static boolean isInJournal(int code) {
    return isSupported(code) || code == RANGE_DELETE.code;
  }
}
