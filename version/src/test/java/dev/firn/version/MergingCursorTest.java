package dev.firn.version;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MergingCursorTest {

  private MergingCursor scripted = new MergingCursor(List.of());

  @Test
  void script() throws IOException {
    Script.run(MergingCursorTest.class, "merging-cursor.txt", this::execute);
  }

  private String execute(Script.Command command) {
    if (command.name().equals("define")) {
      List<InternalCursor> children = new ArrayList<>();
      for (String line : command.input()) {
        children.add(
            new ListCursor(
                Arrays.stream(line.split("\\s+"))
                    .filter(text -> !text.isBlank() && !text.equals("-"))
                    .map(Entry::parse)
                    .toList()));
      }
      scripted = new MergingCursor(children);
      return "";
    }
    StringBuilder out = new StringBuilder();
    for (String line : command.input()) {
      String[] words = line.split("\\s+");
      boolean valid = move(scripted, words);
      out.append(line).append(": ").append(valid ? ListCursor.current(scripted) : ".").append('\n');
    }
    return out.toString();
  }

  private boolean move(InternalCursor cursor, String[] words) {
    return switch (words[0]) {
      case "first" -> cursor.first();
      case "last" -> cursor.last();
      case "next" -> cursor.next();
      case "prev" -> cursor.prev();
      case "seek", "seekBefore" -> {
        int sharp = words[1].indexOf('#');
        byte[] key = Entry.key(sharp < 0 ? words[1] : words[1].substring(0, sharp));
        long trailer =
            sharp < 0
                ? SequenceNumber.MAX_TRAILER
                : SequenceNumber.seekTrailer(Long.parseLong(words[1].substring(sharp + 1)));
        yield CursorModel.seek(cursor, words[0].equals("seek"), key, trailer);
      }
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  @Test
  void next_onNoEntry() {
    MergingCursor cursor = new MergingCursor(List.of(new ListCursor(List.of())));
    assertFalse(cursor.first());
    assertThrows(IllegalStateException.class, cursor::next);
    assertThrows(IllegalStateException.class, cursor::prev);
  }

  /** Random moves in both directions over random children, compared with a sorted list. */
  @Test
  void moves_likeSortedList() {
    for (int round = 0; round < 400; round++) {
      Random random = Seeds.random(round);
      List<InternalCursor> children = new ArrayList<>();
      TreeSet<Entry> all = new TreeSet<>(Entry.ORDER);
      int count = random.nextInt(9);
      for (int i = 0; i < count; i++) {
        List<Entry> entries = randomEntries(random, all);
        all.addAll(entries);
        children.add(new ListCursor(entries));
      }
      CursorModel.compare(random, new MergingCursor(children), new ListCursor(List.copyOf(all)));
    }
  }

  private static List<Entry> randomEntries(Random random, TreeSet<Entry> taken) {
    TreeSet<Entry> entries = new TreeSet<>(Entry.ORDER);
    int size = random.nextInt(40);
    int shared = random.nextInt(3) * 9;
    for (int i = 0; i < size; i++) {
      byte[] user = new byte[shared + random.nextInt(12)];
      for (int k = 0; k < user.length; k++) {
        user[k] = (byte) (k < shared ? 'u' : random.nextInt(3) * 127);
      }
      byte[] value = {(byte) i};
      Entry entry =
          new Entry(
              Entry.key(1 + random.nextInt(2), user),
              SequenceNumber.trailer(random.nextInt(5), random.nextInt(2)),
              value);
      if (!taken.contains(entry)) {
        entries.add(entry);
      }
    }
    return List.copyOf(entries);
  }

  @Test
  void close_closesChildren() {
    ListCursor child = new ListCursor(List.of(Entry.parse("a#1,PUT")));
    MergingCursor cursor = new MergingCursor(List.of(child));
    assertTrue(cursor.first());
    cursor.close();
    cursor.close();
    assertFalse(child.isValid());
  }
}
