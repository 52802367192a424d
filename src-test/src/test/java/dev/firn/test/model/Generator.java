package dev.firn.test.model;

import dev.firn.test.model.Operation.Access;
import dev.firn.test.model.Operation.Entry;
import dev.firn.test.model.Operation.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes scripts from seeds. Each seed leaves out a third of the kinds of operation (Groce, Zhang,
 * Eide, Chen, Regehr, <i>Swarm testing</i>, 2012): what always happens hides bugs that need its
 * absence.
 */
public final class Generator {

  /** The kinds of operation, and their weights. */
  private enum Kind {
    PUT(300),
    MERGE(120),
    DELETE(80),
    DELETE_RANGE(12),
    WRITE(100),
    BIG_WRITE(4),
    GET(180),
    GET_ALL(20),
    CONTAINS(30),
    SCAN(12),
    CURSOR(40),
    MOVES(90),
    CLOSE_CURSOR(15),
    SNAPSHOT(15),
    RELEASE(12),
    FLUSH(8),
    COMPACT(3),
    SYNC(8),
    VERIFY(1),
    REOPEN(3),
    KILL(4),
    POWER_CUT(4),
    CREATE_TREE(6),
    DROP_TREE(3);

    final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    boolean isSlow() {
      return switch (this) {
        case BIG_WRITE, SCAN, FLUSH, COMPACT, SYNC, VERIFY, REOPEN, KILL, POWER_CUT -> true;
        default -> false;
      };
    }
  }

  private static final int TREES = 4;

  /** One of the trees, with a merge operator. */
  private static final String MERGING = "m1";

  private static final int SNAPSHOTS = 5;
  private static final int CURSORS = 5;

  private final Random random;
  private final KeySource keys;
  private final int[] weights = new int[Kind.values().length];
  private final int typicalValueBytes;
  private final double syncedShare;
  private int totalWeight;
  private long values;

  private Generator(long seed, int calm) {
    random = new Random(seed);
    keys = new KeySource(random);
    typicalValueBytes = 1 + random.nextInt(random.nextBoolean() ? 40 : 400);
    syncedShare = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.3;
    for (Kind kind : Kind.values()) {
      boolean kept = kind == Kind.PUT || random.nextInt(3) != 0;
      int weight = kind.isSlow() ? kind.weight : kind.weight * calm;
      weights[kind.ordinal()] = kept ? weight : 0;
      totalWeight += weights[kind.ordinal()];
    }
  }

  /** The script of a seed: its operations, and its first set of options. */
  public static Script script(long seed, int operations) {
    return script(seed, operations, 1);
  }

  /**
   * The same with fewer of the operations that take a thousand times as long as a get, which leaves
   * time for more of the others.
   *
   * @param calm factor by which they are fewer
   */
  static Script script(long seed, int operations, int calm) {
    Generator generator = new Generator(seed, calm);
    List<Operation> list = new ArrayList<>();
    int trees = 1 + generator.random.nextInt(TREES);
    for (int i = 0; i < trees; i++) {
      list.add(new Operation.CreateTree(name(i)));
    }
    while (list.size() < operations) {
      generator.add(list);
    }
    return new Script(options(seed, 0), list);
  }

  /** Another set of options for the operations of a seed. */
  static List<Options> options(long seed, int set) {
    Random random = new Random(seed * 31 + set);
    List<Options> options = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      options.add(Options.draw(random));
    }
    return options;
  }

  private void add(List<Operation> list) {
    switch (kind()) {
      case PUT ->
          list.add(new Operation.Put(tree(), keys.next(), value(), synced(), arrayOrSegment()));
      case MERGE ->
          list.add(new Operation.Merge(MERGING, keys.next(), value(), synced(), arrayOrSegment()));
      case DELETE ->
          list.add(new Operation.Delete(tree(), keys.next(), synced(), arrayOrSegment()));
      case DELETE_RANGE -> list.add(new Operation.DeleteRange(tree(), deletedRange(), synced()));
      case WRITE -> list.add(write(1 + random.nextInt(12)));
      case BIG_WRITE -> list.add(write(200 + random.nextInt(400)));
      case GET -> list.add(new Operation.Get(tree(), keys.next(), snapshot(), access(), room()));
      case GET_ALL -> list.add(getAll(1 + random.nextInt(random.nextInt(4) == 0 ? 120 : 8)));
      case CONTAINS ->
          list.add(new Operation.Contains(tree(), keys.next(), snapshot(), arrayOrSegment()));
      case SCAN -> list.add(new Operation.Scan(tree(), range(), snapshot(), random.nextBoolean()));
      case CURSOR -> {
        int cursor = random.nextInt(CURSORS);
        list.add(new Operation.OpenCursor(cursor, tree(), range(), snapshot()));
        moves(list, cursor);
      }
      case MOVES -> moves(list, random.nextInt(CURSORS));
      case CLOSE_CURSOR -> list.add(new Operation.CloseCursor(random.nextInt(CURSORS)));
      case SNAPSHOT -> list.add(new Operation.OpenSnapshot(random.nextInt(SNAPSHOTS)));
      case RELEASE -> list.add(new Operation.CloseSnapshot(random.nextInt(SNAPSHOTS)));
      case FLUSH -> list.add(Operation.Plain.FLUSH);
      case COMPACT -> list.add(Operation.Plain.COMPACT);
      case SYNC -> list.add(Operation.Plain.SYNC);
      case VERIFY -> list.add(Operation.Plain.VERIFY);
      case REOPEN -> list.add(Operation.Plain.REOPEN);
      case KILL -> list.add(Operation.Plain.KILL);
      case POWER_CUT -> list.add(new Operation.PowerCut(random.nextInt(1_000_000)));
      case CREATE_TREE -> list.add(new Operation.CreateTree(tree()));
      case DROP_TREE -> list.add(new Operation.DropTree(tree()));
    }
  }

  private Kind kind() {
    int at = random.nextInt(totalWeight);
    for (Kind kind : Kind.values()) {
      at -= weights[kind.ordinal()];
      if (at < 0) {
        return kind;
      }
    }
    throw new AssertionError();
  }

  private Operation write(int count) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(entry());
    }
    return new Operation.Write(entries, synced());
  }

  private Entry entry() {
    if (weights[Kind.DELETE_RANGE.ordinal()] > 0 && random.nextInt(40) == 0) {
      return new Entry(tree(), deletedRange());
    }
    String tree = tree();
    Key key = keys.next();
    if (Trees.merges(tree) && weights[Kind.MERGE.ordinal()] > 0 && random.nextInt(3) > 0) {
      return Entry.operand(tree, key, value());
    }
    return new Entry(tree, key, random.nextInt(5) == 0 ? null : value());
  }

  private Operation getAll(int count) {
    List<Key> many = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      many.add(keys.next());
    }
    return new Operation.GetAll(tree(), many, snapshot(), arrayOrSegment());
  }

  private void moves(List<Operation> list, int cursor) {
    int count = 1 + random.nextInt(12);
    // Mostly in one direction, with turns.
    boolean forward = random.nextBoolean();
    for (int i = 0; i < count; i++) {
      if (random.nextInt(6) == 0) {
        forward = !forward;
      }
      int choice = random.nextInt(10);
      Step step =
          (i == 0 && choice < 5) || choice == 0
              ? Step.values()[random.nextInt(4)]
              : forward ? Step.NEXT : Step.PREV;
      boolean seeks = step == Step.SEEK || step == Step.SEEK_BEFORE;
      list.add(new Operation.Move(cursor, step, seeks ? keys.next() : Key.EMPTY));
    }
  }

  private String tree() {
    // Some trees are busier than others.
    return name(Math.min(random.nextInt(TREES), random.nextInt(TREES)));
  }

  private static String name(int tree) {
    return tree == 1 ? MERGING : "t" + tree;
  }

  private boolean synced() {
    return random.nextDouble() < syncedShare;
  }

  private Access arrayOrSegment() {
    return random.nextBoolean() ? Access.ARRAY : Access.SEGMENT;
  }

  private Access access() {
    return Access.values()[random.nextInt(Access.values().length)];
  }

  private int snapshot() {
    return random.nextInt(4) == 0 ? random.nextInt(SNAPSHOTS) : Operation.LATEST;
  }

  private int room() {
    return random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(2 * typicalValueBytes);
  }

  private Range range() {
    Range.Kind kind = Range.Kind.values()[random.nextInt(Range.Kind.values().length)];
    return switch (kind) {
      case ALL -> Range.ALL;
      case FROM, TO -> new Range(kind, keys.next(), Key.EMPTY);
      case BETWEEN -> {
        Key a = keys.next();
        Key b = keys.next();
        yield a.compareTo(b) <= 0 ? new Range(kind, a, b) : new Range(kind, b, a);
      }
      case PREFIX -> new Range(kind, keys.prefix(), Key.EMPTY);
    };
  }

  /** Seldom all keys, or many scripts would be about empty trees. */
  private Range deletedRange() {
    Range drawn = range();
    boolean isNarrow = drawn.kind() == Range.Kind.BETWEEN || drawn.kind() == Range.Kind.PREFIX;
    return isNarrow || random.nextInt(8) == 0 ? drawn : deletedRange();
  }

  private Value value() {
    return new Value(valueBytes(), values++);
  }

  /** Mostly the script's own size; rarely a size at a limit of some structure. */
  private int valueBytes() {
    return switch (random.nextInt(400)) {
      case 0, 1, 2, 3, 4, 5 -> 0;
      case 6, 7, 8, 9 -> 1;
      case 10, 11 -> 127 + random.nextInt(3);
      case 12 -> 255 + random.nextInt(3);
      case 13 -> 4095 + random.nextInt(3);
      case 14 -> (16 << 10) - random.nextInt(140);
      case 15 -> (16 << 10) + random.nextInt(3);
      case 16 -> (64 << 10) - 1 + random.nextInt(3);
      case 17 -> random.nextInt(40) == 0 ? (1 << 20) + random.nextInt(100) : 20_000;
      default -> random.nextInt(2 * typicalValueBytes);
    };
  }
}
