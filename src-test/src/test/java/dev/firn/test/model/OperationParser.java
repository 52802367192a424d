package dev.firn.test.model;

import dev.firn.test.model.Operation.Access;
import dev.firn.test.model.Operation.Entry;
import dev.firn.test.model.Operation.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads one line of a script: the inverse of {@link Operation#toString}. */
final class OperationParser {

  private final String[] words;
  private int next = 1;

  private OperationParser(String line) {
    words = line.strip().split("\\s+");
  }

  static Operation parse(String line) {
    try {
      return new OperationParser(line).operation();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not an operation: " + line, e);
    }
  }

  private Operation operation() {
    return switch (words[0]) {
      case "tree" -> new Operation.CreateTree(word());
      case "drop" -> new Operation.DropTree(word());
      case "put" -> new Operation.Put(word(), key(), Value.parse(word()), synced(), access());
      case "merge" -> new Operation.Merge(word(), key(), Value.parse(word()), synced(), access());
      case "delete" -> new Operation.Delete(word(), key(), synced(), access());
      case "delete_range" -> new Operation.DeleteRange(word(), Range.parse(word()), synced());
      case "write" -> write();
      case "get" -> get();
      case "getall" -> getAll();
      case "contains" -> new Operation.Contains(word(), key(), snapshot(), access());
      case "scan" ->
          new Operation.Scan(word(), Range.parse(word()), snapshot(), word().equals("forward"));
      case "cursor" -> new Operation.OpenCursor(number(), word(), Range.parse(word()), snapshot());
      case "move" -> move();
      case "close" -> new Operation.CloseCursor(number());
      case "snapshot" -> new Operation.OpenSnapshot(number());
      case "release" -> new Operation.CloseSnapshot(number());
      case "powercut" -> new Operation.PowerCut(Long.parseLong(word()));
      default -> Operation.Plain.valueOf(words[0].toUpperCase(Locale.ROOT));
    };
  }

  private Operation write() {
    boolean synced = synced();
    List<Entry> entries = new ArrayList<>();
    while (next < words.length) {
      String tree = word();
      String place = word();
      String value = word();
      if (value.equals("--")) {
        entries.add(new Entry(tree, Range.parse(place)));
      } else if (value.startsWith("+")) {
        entries.add(Entry.operand(tree, Key.parse(place), Value.parse(value.substring(1))));
      } else {
        Key key = Key.parse(place);
        entries.add(new Entry(tree, key, value.equals("-") ? null : Value.parse(value)));
      }
      next++; // the comma
    }
    return new Operation.Write(List.copyOf(entries), synced);
  }

  private Operation get() {
    String tree = word();
    Key key = key();
    int snapshot = snapshot();
    String[] access = word().split("/");
    int room = access.length > 1 ? Integer.parseInt(access[1]) : 0;
    return new Operation.Get(tree, key, snapshot, accessOf(access[0]), room);
  }

  private Operation getAll() {
    String tree = word();
    int snapshot = snapshot();
    Access access = access();
    List<Key> keys = new ArrayList<>();
    while (next < words.length) {
      keys.add(key());
    }
    return new Operation.GetAll(tree, List.copyOf(keys), snapshot, access);
  }

  private Operation move() {
    int cursor = number();
    Step step = Step.valueOf(word().toUpperCase(Locale.ROOT));
    return new Operation.Move(cursor, step, next < words.length ? key() : Key.EMPTY);
  }

  private String word() {
    return words[next++];
  }

  private int number() {
    return Integer.parseInt(word());
  }

  private Key key() {
    return Key.parse(word());
  }

  private boolean synced() {
    return word().equals("synced");
  }

  private int snapshot() {
    String at = word();
    return at.equals("latest") ? Operation.LATEST : Integer.parseInt(at.substring(1));
  }

  private Access access() {
    return accessOf(word());
  }

  private static Access accessOf(String word) {
    return Access.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
