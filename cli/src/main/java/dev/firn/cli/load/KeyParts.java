package dev.firn.cli.load;

import dev.firn.core.StoreKey;
import java.util.Arrays;

/**
 * A key made of fields of a record, in the requested order, with a separator between them. Reused
 * for each record.
 */
final class KeyParts {

  private final byte[][] parts;
  private final byte[] separator;

  KeyParts(int count, byte[] separator) {
    this.parts = new byte[count][];
    this.separator = separator;
  }

  /** Forgets the last record. */
  void clear() {
    Arrays.fill(parts, null);
  }

  /** Sets one field. */
  void set(int index, byte[] bytes) {
    parts[index] = bytes;
  }

  /** The index of the first field that was not set, or -1. */
  int firstMissing() {
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] == null) {
        return i;
      }
    }
    return -1;
  }

  /** The key; all fields are set. */
  byte[] key() throws BadLineException {
    int length = separator.length * (parts.length - 1);
    for (byte[] part : parts) {
      length += part.length;
    }
    if (length > StoreKey.MAX_USER_KEY_BYTES) {
      throw new BadLineException(
          "a key of " + length + " bytes, longer than " + StoreKey.MAX_USER_KEY_BYTES);
    }
    byte[] key = Arrays.copyOf(parts[0], length);
    int at = parts[0].length;
    for (int i = 1; i < parts.length; i++) {
      System.arraycopy(separator, 0, key, at, separator.length);
      at += separator.length;
      System.arraycopy(parts[i], 0, key, at, parts[i].length);
      at += parts[i].length;
    }
    return key;
  }
}
