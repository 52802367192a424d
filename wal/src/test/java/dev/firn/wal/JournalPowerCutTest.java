package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FaultInjection;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power, or kills the process, before any file operation of a random history, and
 * recovers: what was synced must be there, what is there must be a prefix of what was written, and
 * none of it may be reported as damage.
 */
final class JournalPowerCutTest {

  private static final Path STORE = Path.of("/store");
  private static final int HISTORIES = 30;
  private static final int STEPS = 40;

  /** The files at one moment, and what a recovery of them must find. */
  private record Image(
      MemoryFileSystem files,
      TestJournal store,
      List<String> written,
      int atLeast,
      int synced,
      long floor,
      long floorSequence) {

    Image with(MemoryFileSystem other, int least) {
      return new Image(other, store, written, least, synced, floor, floorSequence);
    }
  }

  private final long seed = TestJournal.seed();
  private final Deque<TestJournal.Pending> pending = new ArrayDeque<>();
  private final List<Image> images = new ArrayList<>();
  private int published;
  private int synced;

  @Test
  void recovery_findsAPrefixWithAllThatWasSynced() {
    int cuts = 0;
    for (int i = 0; i < HISTORIES; i++) {
      long history = seed + i;
      try {
        cuts += run(new Random(history), 0, null);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("-Dfirn.seed=" + history, e);
      }
    }
    System.out.println(cuts + " images");
    assertTrue(cuts > HISTORIES);
  }

  /** A crash after every step in the life of a segment's file. */
  @Test
  void everyOperationOfOneHistory_leavesWhatCanBeRecovered() {
    MemoryFileSystem files = new MemoryFileSystem();
    files.createDirectories(STORE);
    TestJournal base = TestJournal.create(new MemoryFileSystem(), STORE);
    TestJournal[] current = {base};
    files.failBefore(
        (operation, path) -> {
          if (changes(operation)) {
            TestJournal store = current[0];
            images.add(image(files.processKillClone(), store, published));
            images.add(image(files.crashCloneSyncedOnly(), store, synced));
            images.add(image(files.crashClone(PowerCut.everything()), store, synced));
          }
        });
    for (int session = 0; session < 3; session++) {
      TestJournal store = current[0].reopen(files, false);
      current[0] = store;
      for (int i = 0; i < 12; i++) {
        // Records of a third of a segment, and one that is larger than a segment.
        pending.add(store.reserve(new RecordBuilder(), "k" + i, i == 7 ? 5000 : 600, 2));
        publishAll(new Random(i));
        if (i % 4 == 1) {
          int before = published;
          store.active.sync();
          synced = before;
        }
        if (store.segments.size() > 2) {
          store.retireOldest();
          synced = Math.max(synced, (int) store.floorSequence - 1);
        }
      }
      if (session == 1) {
        store.active.seal();
        store.active.sync();
        synced = published;
        store.active.finish();
        store.active.sync();
      }
      store.close();
    }
    files.failBefore(FaultInjection.NONE);
    Random random = new Random(1);
    List<Image> taken = List.copyOf(images);
    assertTrue(taken.size() > 300, taken.size() + " images");
    taken.forEach(image -> recoverTwice(random, image));
    base.close();
  }

  /** Runs one history and recovers all images of it; one of them begins the next. */
  private int run(Random random, int depth, Image start) {
    MemoryFileSystem files = start == null ? new MemoryFileSystem() : start.files();
    images.clear();
    pending.clear();
    TestJournal store;
    if (start == null) {
      store = TestJournal.create(files, STORE);
    } else {
      store = recover(start);
    }
    published = store.written.size();
    synced = start == null ? 0 : start.synced();
    files.failBefore((operation, path) -> maybeTakeImage(random, files, store, operation));
    for (int step = 0; step < STEPS; step++) {
      step(random, store, step);
    }
    if (random.nextInt(3) == 0) {
      publishAll(random);
      store.active.seal();
      store.active.sync();
      synced = published;
      store.active.finish();
      store.active.sync();
      takeImage(random, files, store);
    }
    files.failBefore(FaultInjection.NONE);
    if (images.isEmpty()) {
      takeImage(random, files, store);
    }
    List<Image> taken = List.copyOf(images);
    store.close();
    assertEquals(List.of(), files.openFiles());
    for (Image image : taken) {
      recoverTwice(random, image);
    }
    int more = depth < 2 ? run(random, depth + 1, taken.get(random.nextInt(taken.size()))) : 0;
    return taken.size() + more;
  }

  private void step(Random random, TestJournal store, int step) {
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> {
        int bytes = random.nextInt(20) == 0 ? 6000 : random.nextInt(400);
        RecordBuilder record = new RecordBuilder();
        pending.add(store.reserve(record, "k" + step, bytes, 1 + random.nextInt(5)));
      }
      case 4, 5, 6, 7 -> publishAll(random);
      case 8 -> {
        int before = published;
        store.active.sync();
        synced = Math.max(synced, before);
      }
      default -> {
        JournalSegment oldest = store.segments.getFirst();
        if (store.segments.size() > 1 && oldest.published() == oldest.end()) {
          store.retireOldest();
          synced = Math.max(synced, (int) store.floorSequence - 1);
        }
      }
    }
  }

  /** Copies records in any order, publishes them in the order of their places. */
  private void publishAll(Random random) {
    List<TestJournal.Pending> shuffled = new ArrayList<>(pending);
    Collections.shuffle(shuffled, random);
    shuffled.forEach(TestJournal.Pending::copy);
    for (TestJournal.Pending record; (record = pending.poll()) != null; ) {
      record.publish();
      published += record.record().count();
    }
  }

  private void maybeTakeImage(
      Random random, MemoryFileSystem files, TestJournal store, FileOperation operation) {
    if (changes(operation) && random.nextInt(12) == 0) {
      takeImage(random, files, store);
    }
  }

  /** Only an operation that changes files makes a new moment. */
  private static boolean changes(FileOperation operation) {
    return switch (operation) {
      case WRITE, SYNC, RENAME, DELETE, SYNC_DIRECTORY, ALLOCATE -> true;
      default -> false;
    };
  }

  private void takeImage(Random random, MemoryFileSystem files, TestJournal store) {
    boolean kill = random.nextInt(4) == 0;
    images.add(
        kill
            ? image(files.processKillClone(), store, published)
            : image(files.crashClone(random.nextLong()), store, synced));
  }

  private Image image(MemoryFileSystem files, TestJournal store, int atLeast) {
    return new Image(
        files,
        store,
        List.copyOf(store.written),
        atLeast,
        synced,
        store.floor,
        store.floorSequence);
  }

  private TestJournal recover(Image image) {
    TestJournal store = image.store();
    store.floor = image.floor();
    store.floorSequence = image.floorSequence();
    TestJournal found = store.reopen(image.files(), false);
    int size = found.written.size();
    assertTrue(size >= image.atLeast(), size + " of at least " + image.atLeast());
    assertEquals(image.written().subList(0, size), found.written);
    return found;
  }

  /** The power is cut during recovery, too; what was recovered and written later is recovered. */
  private void recoverTwice(Random random, Image image) {
    MemoryFileSystem copy = image.files().processKillClone();
    List<Image> nested = new ArrayList<>();
    copy.failBefore(
        (operation, path) -> {
          if (changes(operation) && random.nextInt(4) == 0) {
            boolean kill = random.nextInt(4) == 0;
            nested.add(
                kill
                    ? image.with(copy.processKillClone(), image.atLeast())
                    : image.with(copy.crashClone(random.nextLong()), image.synced()));
          }
        });
    try (TestJournal first = recover(image.with(copy, image.atLeast()))) {
      copy.failBefore(FaultInjection.NONE);
      first.append("again", 100, 2);
      first.active.sync();
      int size = first.written.size();
      MemoryFileSystem next = copy.crashClone(random.nextLong());
      recover(new Image(next, first, first.written, size, size, first.floor, first.floorSequence))
          .close();
    }
    assertEquals(List.of(), copy.openFiles());
    for (Image cut : nested) {
      recover(cut).close();
    }
  }
}
