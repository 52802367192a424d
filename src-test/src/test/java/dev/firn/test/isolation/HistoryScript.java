package dev.firn.test.isolation;

import dev.firn.test.isolation.Operation.Delete;
import dev.firn.test.isolation.Operation.Get;
import dev.firn.test.isolation.Operation.Put;
import dev.firn.test.isolation.Operation.Scan;
import dev.firn.test.isolation.TransactionRecord.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Histories written by hand, a line for each transaction. Keys are letters of one tree.
 *
 * <pre>
 *  line:      BEGIN-END [committed | aborted | unknown] OPERATION, OPERATION ...
 *  operation: get KEY VERSION | get KEY TRAIL | put KEY VERSION | delete KEY VERSION
 *             | scan KEY KEY [KEY=VERSION ...]
 *  trail:     VERSION-VERSION-...
 * </pre>
 */
final class HistoryScript {

  private HistoryScript() {}

  static History parse(String text) {
    History history = new History();
    int session = 0;
    for (String line : text.strip().split("\n")) {
      history.add(transaction(session++, line.strip()));
    }
    return history;
  }

  private static TransactionRecord transaction(int session, String line) {
    String[] parts = line.split(" ", 3);
    String[] times = parts[0].split("-");
    Outcome outcome = Outcome.valueOf(parts[1].toUpperCase(Locale.ROOT));
    List<Operation> operations = new ArrayList<>();
    for (String operation : parts[2].split(",")) {
      operations.add(operation(operation.strip().split(" ")));
    }
    long end = outcome == Outcome.UNKNOWN ? TransactionRecord.NEVER : Long.parseLong(times[1]);
    return new TransactionRecord(session, Long.parseLong(times[0]), end, outcome, operations);
  }

  private static Operation operation(String[] words) {
    long item = item(words[1]);
    return switch (words[0]) {
      case "get" -> new Get(item, trail(words[2]));
      case "put" -> new Put(item, Long.parseLong(words[2]));
      case "delete" -> new Delete(item, Long.parseLong(words[2]));
      case "scan" -> {
        List<Get> found = new ArrayList<>();
        for (int i = 3; i < words.length; i++) {
          String[] entry = words[i].split("=");
          found.add(new Get(item(entry[0]), trail(entry[1])));
        }
        yield new Scan(item, item(words[2]), found);
      }
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private static long item(String key) {
    return Item.of(0, key.charAt(0) - 'a');
  }

  private static long[] trail(String text) {
    return Arrays.stream(text.split("-")).mapToLong(Long::parseLong).toArray();
  }
}
