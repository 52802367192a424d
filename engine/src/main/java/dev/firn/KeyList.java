package dev.firn;

import dev.firn.core.KeyGroup;
import dev.firn.core.StoreKey;
import dev.firn.engine.GroupReader;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** The keys of a tree that a call reads; they are checked when the list is made. */
final class KeyList {

  private KeyList() {}

  /** Keys in arrays. */
  static GroupReader.Keys of(int tree, byte[][] keys) {
    Objects.requireNonNull(keys, "keys");
    for (int i = 0; i < keys.length; i++) {
      byte[] key = keys[i];
      if (key == null) {
        throw missing(i);
      }
      checkLength(i, key.length);
    }
    return new Arrays(tree, keys);
  }

  /** Keys in segments. */
  static GroupReader.Keys of(int tree, MemorySegment[] keys) {
    Objects.requireNonNull(keys, "keys");
    for (int i = 0; i < keys.length; i++) {
      MemorySegment key = keys[i];
      if (key == null) {
        throw missing(i);
      }
      checkLength(i, key.byteSize());
    }
    return new Segments(tree, keys);
  }

  private static NullPointerException missing(int index) {
    return new NullPointerException("keys[" + index + "]");
  }

  private static void checkLength(int index, long length) {
    if (length > StoreKey.MAX_USER_KEY_BYTES) {
      throw new IllegalArgumentException(
          "keys["
              + index
              + "] length="
              + length
              + ": must be at most "
              + StoreKey.MAX_USER_KEY_BYTES);
    }
  }

  /** Keys in arrays. */
  @SuppressWarnings("ArrayRecordComponent") // private, and never compared
  private record Arrays(int tree, byte[][] keys) implements GroupReader.Keys {

    @Override
    public int count() {
      return keys.length;
    }

    @Override
    public void addTo(KeyGroup group, int index) {
      group.add(tree, keys[index]);
    }
  }

  /** Keys in segments. */
  @SuppressWarnings("ArrayRecordComponent") // private, and never compared
  private record Segments(int tree, MemorySegment[] keys) implements GroupReader.Keys {

    @Override
    public int count() {
      return keys.length;
    }

    @Override
    public void addTo(KeyGroup group, int index) {
      group.add(tree, keys[index]);
    }
  }
}
