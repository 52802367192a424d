package dev.firn.version;

import org.jspecify.annotations.Nullable;

/** What the keys of a tree are. The codes are on disk: never renumber, never reuse. */
public enum TreeKind {
  /** Each entry is a key and a value. */
  PLAIN(0),

  /** Each entry is a key and one of its values, both in the entry's key. */
  MULTI(1);

  private final int code;

  TreeKind(int code) {
    this.code = code;
  }

  /** The code on disk. */
  int code() {
    return code;
  }

  /** The kind with this code, or null. */
  static @Nullable TreeKind of(long code) {
    for (TreeKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    return null;
  }
}
