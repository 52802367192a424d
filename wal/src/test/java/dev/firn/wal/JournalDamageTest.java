package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import dev.firn.error.CorruptionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every damage of one place of a small journal. */
final class JournalDamageTest {

  private static final Path STORE = Path.of("/store");
  private static final int RECORDS = 10;
  private static final int SYNCED_RECORDS = 4;

  private final TestJournal store = TestJournal.create(new MemoryFileSystem(), STORE);
  private final List<Long> starts = new ArrayList<>();
  private final byte[] bytes;

  JournalDamageTest() {
    for (int i = 0; i < RECORDS; i++) {
      starts.add(store.active.published());
      store.append("" + i, i, 1);
      if (i == SYNCED_RECORDS - 1) {
        store.active.sync();
      }
    }
    starts.add(store.active.published());
    bytes = TestJournal.bytes(store.fs, store.active.path());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private MemoryFileSystem killed() {
    return ((MemoryFileSystem) store.fs).processKillClone();
  }

  private MemoryFileSystem restarted() {
    return ((MemoryFileSystem) store.fs).crashClone(PowerCut.everything());
  }

  /** Recovers, and expects a prefix of what was written. */
  private JournalTail recover(MemoryFileSystem fs) {
    List<String> found = new ArrayList<>();
    RecoveredJournal recovered =
        new JournalRecovery(fs, STORE, 1, 1, TestJournal.SEGMENT_BYTES, false)
            .recover(
                (segment, entries, offset, firstSequence, count) -> {
                  while (entries.next()) {
                    found.add(TestJournal.text(entries));
                  }
                });
    recovered.segments().forEach(JournalSegment::release);
    assertEquals(store.written.subList(0, found.size()), found);
    assertEquals(found.size(), recovered.tail().records());
    return recovered.tail();
  }

  /** The record that has this position, its padding not included; -1 if there is none. */
  private int recordAt(long position) {
    for (int i = 0; i < RECORDS; i++) {
      int length = bytes[(int) (starts.get(i) + JournalFormat.LENGTH_AT)];
      if (position >= starts.get(i) && position < starts.get(i) + length) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void everyFlippedBit_sameBoot() {
    flipEveryBit(true);
  }

  @Test
  void everyFlippedBit_afterRestart() {
    flipEveryBit(false);
  }

  private void flipEveryBit(boolean sameBoot) {
    for (int at = 0; at < starts.getLast() + 24; at++) {
      int record = recordAt(at);
      for (int bit = 0; bit < 8; bit++) {
        String where = "byte " + at + " bit " + bit + " record " + record;
        MemoryFileSystem fs = sameBoot ? killed() : restarted();
        byte flipped = (byte) (bytes[at] ^ 1 << bit);
        TestJournal.poke(fs, store.active.path(), at, new byte[] {flipped});
        boolean known = sameBoot ? record < RECORDS - 1 : record < SYNCED_RECORDS;
        if (at < JournalFormat.ACTIVATION_AT) {
          assertThrows(CorruptionException.class, () -> recover(fs), where);
        } else if (record < 0) {
          assertEquals(RECORDS, recover(fs).records(), where);
        } else if (known) {
          CorruptionException e = assertThrows(CorruptionException.class, () -> recover(fs), where);
          assertEquals(starts.get(record), e.offset(), where);
        } else {
          JournalTail tail = recover(fs);
          assertEquals(record, tail.records(), where);
          assertTrue(tail.torn(), where);
        }
      }
    }
  }

  @Test
  void everyTruncation() {
    for (int length = 0; length < bytes.length; length++) {
      MemoryFileSystem fs = killed();
      TestJournal.replace(fs, store.active.path(), Arrays.copyOf(bytes, length));
      CorruptionException e = assertThrows(CorruptionException.class, () -> recover(fs));
      assertEquals(store.active.path().toString(), e.file());
    }
  }

  @Test
  void zerosFromEveryByteOn() {
    for (int from = (int) JournalFormat.HEADER_BYTES; from < starts.getLast(); from++) {
      MemoryFileSystem fs = restarted();
      TestJournal.poke(fs, store.active.path(), from, new byte[bytes.length - from]);
      int whole = 0;
      while (whole < RECORDS
          && (recordAt(from) < 0 || recordAt(from) != whole)
          && starts.get(whole) < from) {
        whole++;
      }
      int records = whole;
      JournalTail tail = recover(fs);
      assertTrue(tail.records() >= records, () -> tail + " with " + records + " whole records");
    }
  }
}
