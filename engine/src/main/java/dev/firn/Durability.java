package dev.firn;

/** What a write has outlived by the time the call that made it returns. */
public enum Durability {
  /**
   * The death of the process. A power cut or a crash of the operating system may take the newest
   * writes, always a tail of the order of commits, never one from the middle; see {@link
   * StoreOptions#withSyncInterval}.
   */
  BUFFERED,

  /** A power cut: the write, and everything committed before it, is on the device. */
  SYNCED;

  /**
   * Whether a write is to be synced.
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
