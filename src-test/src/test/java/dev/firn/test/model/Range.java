package dev.firn.test.model;

import dev.firn.KeyRange;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of a cursor: {@code all}, {@code from(a)}, {@code to(b)}, {@code between(a,b)},
 * {@code prefix(a)}.
 */
public record Range(Kind kind, Key first, Key second) {

  public enum Kind {
    ALL,
    FROM,
    TO,
    BETWEEN,
    PREFIX
  }

  static final Range ALL = new Range(Kind.ALL, Key.EMPTY, Key.EMPTY);

  static Range parse(String text) {
    int open = text.indexOf('(');
    if (open < 0) {
      return ALL;
    }
    Kind kind = Kind.valueOf(text.substring(0, open).toUpperCase(java.util.Locale.ROOT));
    String[] keys = text.substring(open + 1, text.length() - 1).split(",", -1);
    return new Range(kind, Key.parse(keys[0]), keys.length > 1 ? Key.parse(keys[1]) : Key.EMPTY);
  }

  /** Whether it has no key, whatever the tree has. */
  boolean isEmpty() {
    return switch (kind) {
      case ALL, FROM, PREFIX -> false;
      case TO -> first.bytes().length == 0;
      case BETWEEN -> first.compareTo(second) >= 0;
    };
  }

  boolean contains(Key key) {
    return switch (kind) {
      case ALL -> true;
      case FROM -> key.compareTo(first) >= 0;
      case TO -> key.compareTo(first) < 0;
      case BETWEEN -> key.compareTo(first) >= 0 && key.compareTo(second) < 0;
      case PREFIX -> startsWith(key.bytes(), first.bytes());
    };
  }

  <V> NavigableMap<Key, V> narrow(NavigableMap<Key, V> map) {
    NavigableMap<Key, V> part = map;
    if (kind == Kind.FROM || kind == Kind.BETWEEN || kind == Kind.PREFIX) {
      part = part.tailMap(first, true);
    }
    Key end =
        switch (kind) {
          case TO -> first;
          case BETWEEN -> second;
          case PREFIX -> successor(first.bytes());
          case ALL, FROM -> null;
        };
    return end == null ? part : before(part, end);
  }

  private static <V> NavigableMap<Key, V> before(NavigableMap<Key, V> map, Key end) {
    // headMap refuses an end before the map's own beginning.
    Map.Entry<Key, V> last = map.lowerEntry(end);
    return last == null ? Collections.emptyNavigableMap() : map.headMap(last.getKey(), true);
  }

  /** The first key after all with the prefix, or null. */
  private static @Nullable Key successor(byte[] prefix) {
    for (int length = prefix.length; length > 0; length--) {
      if (prefix[length - 1] != -1) {
        byte[] next = Arrays.copyOf(prefix, length);
        next[length - 1]++;
        return new Key(next);
      }
    }
    return null;
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  KeyRange toKeyRange() {
    return switch (kind) {
      case ALL -> KeyRange.all();
      case FROM -> KeyRange.atLeast(first.bytes());
      case TO -> KeyRange.lessThan(first.bytes());
      case BETWEEN -> KeyRange.closedOpen(first.bytes(), second.bytes());
      case PREFIX -> KeyRange.prefix(first.bytes());
    };
  }

  @Override
  public String toString() {
    return switch (kind) {
      case ALL -> "all";
      case BETWEEN -> "between(" + first + "," + second + ")";
      case FROM, TO, PREFIX -> kind.name().toLowerCase(java.util.Locale.ROOT) + "(" + first + ")";
    };
  }
}
