package dev.firn.error;

/**
 * A transaction was not committed, because another writer has changed what it depends on since it
 * began. Nothing of it was written. Begin again: {@code Store.update} does that.
 */
public final class ConflictException extends FirnException {

  private static final long serialVersionUID = 1L;

  /** The maximum count of a key's bytes in the message. */
  private static final int MAX_SHOWN_BYTES = 64;

  private static final int FIRST_PRINTABLE = 0x20;
  private static final int LAST_PRINTABLE = 0x7e;

  private final String tree;
  private final byte[] key;

  /**
   * @param tree the tree's name
   * @param key the key that was written, or the first key of a range that was deleted
   */
  public ConflictException(String tree, byte[] key) {
    super(
        "conflict: key \""
            + printable(key)
            + "\" of tree \""
            + tree
            + "\" was written by another since the transaction began",
        null);
    this.tree = tree;
    this.key = key.clone();
  }

  /**
   * A transaction that was tried several times.
   *
   * @param tries the count of tries
   * @param last what ended the last of them
   */
  public ConflictException(int tries, ConflictException last) {
    super("gave up after " + tries + " tries: " + last.getMessage(), last);
    this.tree = last.tree;
    this.key = last.key;
  }

  /** Returns the name of the tree of {@link #key}. */
  public String tree() {
    return tree;
  }

  /**
   * Returns a copy of the key that was written, or of the first key of a range that was deleted.
   */
  public byte[] key() {
    return key.clone();
  }

  private static String printable(byte[] key) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(key.length, MAX_SHOWN_BYTES); i++) {
      int c = key[i] & 0xff;
      if (c < FIRST_PRINTABLE || c > LAST_PRINTABLE || c == '"' || c == '\\') {
        text.append(String.format("\\x%02x", c));
      } else {
        text.append((char) c);
      }
    }
    return key.length > MAX_SHOWN_BYTES
        ? text + "... of " + key.length + " bytes"
        : text.toString();
  }
}
