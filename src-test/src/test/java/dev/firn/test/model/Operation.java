package dev.firn.test.model;

import dev.firn.Transaction;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a user on a store, as data. Trees go by name, snapshots and cursors by number;
 * an operation on an absent one does nothing, so that any subset of a script is a script.
 *
 * <pre>
 *  tree t0                           create the tree or find it
 *  drop t0
 *  put t0 key 10#3 buffered array    the value is written length#seed; array or segment overload
 *  merge m1 key 10#3 buffered array  appends to the value; the trees m... have that merge operator
 *  delete t0 key synced segment
 *  delete_range t0 prefix(us) synced
 *  write buffered t0 a 10#3 , t1 a - , m1 a +5#1      a batch; - deletes, -- deletes a range,
 *                                                    + merges; see {@link TransactionWrite}
 *  get t0 key latest array           array, segment; into-array/N, into-segment/N: with room for N
 *  getall t0 latest array a b c      many keys in one call; array or segment overload
 *  contains t0 key @2 segment        @2: as snapshot 2 sees it
 *  scan t0 all latest forward        every entry of a new cursor; or backward
 *  cursor 1 t0 prefix(us) latest     bounds: all, from(a), to(b), between(a,b), prefix(a)
 *  move 1 first                      first, last, next, prev; seek and seek_before with a key
 *  close 1
 *  snapshot 2
 *  release 2
 *  flush | compact | sync | verify
 *  reopen                            close and open with the script's next options
 *  kill                              the process dies; open what another process finds
 *  powercut 77                       seed 77 decides the fate of all that is not synced
 * </pre>
 *
 * Keys are written as in {@link Key}.
 */
public sealed interface Operation {

  enum Access {
    ARRAY,
    SEGMENT,
    INTO_ARRAY,
    INTO_SEGMENT
  }

  enum Step {
    FIRST,
    LAST,
    SEEK,
    SEEK_BEFORE,
    NEXT,
    PREV
  }

  /** One entry of a batch; without a value it deletes the key, or the range if there is one. */
  record Entry(
      String tree, Key key, @Nullable Value value, @Nullable Range range, boolean isOperand) {

    public Entry(String tree, Key key, @Nullable Value value) {
      this(tree, key, value, null, false);
    }

    public Entry(String tree, Range range) {
      this(tree, Key.EMPTY, null, range, false);
    }

    /** An entry that appends. */
    public static Entry operand(String tree, Key key, Value value) {
      return new Entry(tree, key, value, null, true);
    }

    /** Writes this to a batch. */
    public void addTo(WriteBatch batch, Tree in) {
      if (range != null) {
        batch.deleteRange(in, range.toKeyRange());
      } else if (value == null) {
        batch.delete(in, key.bytes());
      } else if (isOperand) {
        batch.merge(in, key.bytes(), value.bytes());
      } else if (Trees.expires(tree, value)) {
        batch.put(in, key.bytes(), value.bytes(), Value.TIME_TO_LIVE);
      } else {
        batch.put(in, key.bytes(), value.bytes());
      }
    }

    /** Writes this in a transaction; it is no operand. */
    public void addTo(Transaction transaction, Tree in) {
      if (range != null) {
        transaction.deleteRange(in, range.toKeyRange());
      } else if (value == null) {
        transaction.delete(in, key.bytes());
      } else {
        transaction.put(in, key.bytes(), value.bytes());
      }
    }

    /** Whether it is a write: a range may have no key at all. */
    public boolean isWrite() {
      return range == null || !range.isEmpty();
    }

    @Override
    public String toString() {
      if (range != null) {
        return tree + " " + range + " --";
      }
      return tree + " " + key + " " + (value == null ? "-" : (isOperand ? "+" : "") + value);
    }
  }

  record CreateTree(String tree) implements Operation {
    @Override
    public String toString() {
      return "tree " + tree;
    }
  }

  record DropTree(String tree) implements Operation {
    @Override
    public String toString() {
      return "drop " + tree;
    }
  }

  record Put(String tree, Key key, Value value, boolean synced, Access access)
      implements Operation {
    @Override
    public String toString() {
      return words("put", tree, key, value, durability(synced), word(access));
    }
  }

  /** Appends to a value; the tree has the operator for that, see {@link Trees}. */
  record Merge(String tree, Key key, Value value, boolean synced, Access access)
      implements Operation {
    @Override
    public String toString() {
      return words("merge", tree, key, value, durability(synced), word(access));
    }
  }

  record Delete(String tree, Key key, boolean synced, Access access) implements Operation {
    @Override
    public String toString() {
      return words("delete", tree, key, durability(synced), word(access));
    }
  }

  record DeleteRange(String tree, Range range, boolean synced) implements Operation {
    @Override
    public String toString() {
      return words("delete_range", tree, range, durability(synced));
    }
  }

  record Write(List<Entry> entries, boolean synced) implements Operation {
    @Override
    public String toString() {
      String list = entries.stream().map(Entry::toString).collect(Collectors.joining(" , "));
      return words("write", durability(synced), list);
    }
  }

  /** A get; {@code room} is the size of the buffer, if there is one. */
  record Get(String tree, Key key, int snapshot, Access access, int room) implements Operation {
    public Get {
      room = hasRoom(access) ? room : 0;
    }

    private static boolean hasRoom(Access access) {
      return access == Access.INTO_ARRAY || access == Access.INTO_SEGMENT;
    }

    @Override
    public String toString() {
      String how = word(access) + (hasRoom(access) ? "/" + room : "");
      return words("get", tree, key, at(snapshot), how);
    }
  }

  record GetAll(String tree, List<Key> keys, int snapshot, Access access) implements Operation {
    @Override
    public String toString() {
      String list = keys.stream().map(Key::toString).collect(Collectors.joining(" "));
      return words("getall", tree, at(snapshot), word(access), list);
    }
  }

  record Contains(String tree, Key key, int snapshot, Access access) implements Operation {
    @Override
    public String toString() {
      return words("contains", tree, key, at(snapshot), word(access));
    }
  }

  record Scan(String tree, Range range, int snapshot, boolean forward) implements Operation {
    @Override
    public String toString() {
      return words("scan", tree, range, at(snapshot), forward ? "forward" : "backward");
    }
  }

  record OpenCursor(int cursor, String tree, Range range, int snapshot) implements Operation {
    @Override
    public String toString() {
      return words("cursor", cursor, tree, range, at(snapshot));
    }
  }

  record Move(int cursor, Step step, Key key) implements Operation {
    @Override
    public String toString() {
      boolean seeks = step == Step.SEEK || step == Step.SEEK_BEFORE;
      return words("move", cursor, step.name().toLowerCase(Locale.ROOT)) + (seeks ? " " + key : "");
    }
  }

  record CloseCursor(int cursor) implements Operation {
    @Override
    public String toString() {
      return "close " + cursor;
    }
  }

  record OpenSnapshot(int snapshot) implements Operation {
    @Override
    public String toString() {
      return "snapshot " + snapshot;
    }
  }

  record CloseSnapshot(int snapshot) implements Operation {
    @Override
    public String toString() {
      return "release " + snapshot;
    }
  }

  record PowerCut(long seed) implements Operation {
    @Override
    public String toString() {
      return "powercut " + seed;
    }
  }

  enum Plain implements Operation {
    FLUSH,
    COMPACT,
    SYNC,
    VERIFY,
    REOPEN,
    KILL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The snapshot number for the latest state. */
  int LATEST = -1;

  private static String words(Object... words) {
    return List.of(words).stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  private static String word(Access access) {
    return access.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String durability(boolean synced) {
    return synced ? "synced" : "buffered";
  }

  private static String at(int snapshot) {
    return snapshot == LATEST ? "latest" : "@" + snapshot;
  }
}
