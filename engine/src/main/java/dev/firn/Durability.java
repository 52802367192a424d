package dev.firn;

/** What a write survives once the call that made it has returned. */
public enum Durability {
  /**
   * The death of the process. A power cut or a crash of the operating system may take the newest
   * writes: those of the last {@link StoreOptions.Builder#syncInterval} at most, and always the end
   * of the order of commits.
   */
  BUFFERED,

  /**
   * A power cut, too: the call returns when the write, and everything committed before it, is on
   * the device.
   */
  SYNCED;

  /**
   * Returns whether a write is synced.
   *
   * @throws NullPointerException when {@code durability} is null
   */
  static boolean isSynced(Durability durability) {
    return switch (durability) {
      case BUFFERED -> false;
      case SYNCED -> true;
    };
  }
}
