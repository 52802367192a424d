package dev.firn.test.power;

import dev.firn.test.model.Generator;
import dev.firn.test.model.Operation;
import dev.firn.test.model.Options;
import dev.firn.test.model.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The scripts that power is cut in: all short ones, and random ones. */
final class Scripts {

  private static final List<String> SMALL =
      List.of(
          "put a k1 20#1 buffered array",
          "put a k1 20#2 synced array",
          "delete a k1 buffered array",
          "delete_range a between(k1,k3) synced",
          "write buffered a k1 9#3 , b k2 900#5 , a k3 - , b k1 9#4",
          "write synced a k2 30#6 , b k2 -",
          "put a k4 12000#7 buffered array",
          "sync",
          "flush",
          "compact",
          "reopen",
          "tree c",
          "drop b");

  /** Small sizes, and nothing that happens by itself. */
  private static final String SMALL_OPTIONS =
      "options segment=16384 block=256 table=4096 level=8192 cache=0 filter=10 compression=none"
          + " sync-ms=0\n";

  /** Makes a store with tables on two levels and records in the journal. */
  private static final String USED =
      SMALL_OPTIONS
          + """
          tree a
          tree b
          put a k1 20#8 buffered array
          put a k2 5000#9 buffered array
          put b k1 20#10 buffered array
          compact
          put b k2 5000#11 buffered array
          delete a k2 buffered array
          put a k3 20#12 buffered array
          flush
          put a k5 20#13 buffered array
          put b k3 20#14 synced array
          put a k1 20#15 buffered array
          """;

  private Scripts() {}

  static Script used() {
    return Script.parse(USED);
  }

  /** Number of short scripts, of one, two and three operations. */
  static int smallCount() {
    int n = SMALL.size();
    return n + n * n + n * n * n;
  }

  /** A short script by its number from 0, for a store with trees a and b. */
  static Script small(int number) {
    return small(number, SMALL_OPTIONS);
  }

  static Script smallOnNew(int number) {
    return small(number, SMALL_OPTIONS + "tree a\ntree b\n");
  }

  private static Script small(int number, String begin) {
    int n = SMALL.size();
    int rest = number;
    int length = 1;
    for (int count = n; rest >= count; count *= n) {
      rest -= count;
      length++;
    }
    StringBuilder text = new StringBuilder(begin);
    for (int i = 0; i < length; i++) {
      text.append(SMALL.get(rest % n)).append('\n');
      rest /= n;
    }
    return Script.parse(text.toString());
  }

  static Script random(long seed, int operations) {
    Script generated = Generator.script(seed, 6 * operations);
    List<Operation> writing =
        generated.operations().stream().filter(Scripts::writes).limit(operations).toList();
    Random random = new Random(seed);
    List<Options> options = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      options.add(Options.drawSmall(random));
    }
    return new Script(options, writing);
  }

  private static boolean writes(Operation operation) {
    return switch (operation) {
      case Operation.CreateTree create -> true;
      case Operation.DropTree drop -> true;
      case Operation.Put put -> put.value().length() < 100_000;
      case Operation.Merge merge -> merge.value().length() < 100_000;
      case Operation.Delete delete -> true;
      case Operation.DeleteRange delete -> true;
      case Operation.Write write ->
          write.entries().size() < 50
              && write.entries().stream()
                  .allMatch(e -> e.value() == null || e.value().length() < 20_000);
      case Operation.Plain.FLUSH, Operation.Plain.SYNC, Operation.Plain.REOPEN -> true;
      case Operation.Plain.COMPACT -> true;
      default -> false;
    };
  }
}
