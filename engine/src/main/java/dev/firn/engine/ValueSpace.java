package dev.firn.engine;

import dev.firn.core.file.FileSystem;
import dev.firn.error.FirnException;
import dev.firn.sstable.Table;
import dev.firn.sstable.ValueFile;
import dev.firn.sstable.ValueReference;
import dev.firn.version.OpenValueFiles;
import dev.firn.version.ValueFiles;
import dev.firn.version.Version;
import dev.firn.version.VersionSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Gives back the room of dead values. Pages of value files that have no live value become holes,
 * and files with little left are emptied: compactions move their live values.
 *
 * <p><b>Holes.</b> What is live is what the tables of a version refer to, and no later version
 * refers to more of a file: flushes refer to new files, compactions to what their version refers
 * to. So what a version does not refer to may go when no earlier version is held: every reader,
 * compaction, scrubber and verification holds the version whose references it follows, and the edit
 * that made the version is on the device. A snapshot's values are live, because tables keep them.
 *
 * <p>Nothing notes where the holes are. After an opening they are made once more, which is cheap.
 *
 * <p><b>Threading.</b> Belongs to the compaction thread.
 */
final class ValueSpace {

  private static final int PAGE_BYTES = 4096;

  /** A file of which no more than this part is live is emptied, in percent. */
  private static final int MAX_LIVE_PERCENT = 60;

  /** The same of files with holes: their dead values take no room. */
  private static final int MAX_LIVE_PERCENT_WITH_HOLES = 25;

  /** From this length on, most of a dead value is whole pages. */
  private static final int MIN_PUNCHED_BYTES = 4 * PAGE_BYTES;

  /** What stays before a live value: most of its record's header and key, for a repair. */
  private static final int MARGIN_BYTES = 256;

  /** Dead bytes since the last holes that make it worth to look, as a share of the file. */
  private static final int MIN_DEAD_SHARE = 16;

  /** So often, and so long each time, it waits for readers. */
  private static final int MAX_PAUSES = 10;

  private static final long PAUSE_NANOS = 1_000_000;

  private final FileSystem files;
  private final VersionSet versions;
  private final Health health;

  /** The dead bytes of each file when its holes were made. */
  private final Map<Long, Long> punched = new HashMap<>();

  private boolean refused;
  private boolean waiting;

  ValueSpace(FileSystem files, VersionSet versions, Health health) {
    this.files = files;
    this.versions = versions;
    this.health = health;
  }

  /** The numbers of the files to be emptied. */
  Set<Long> filesToEmpty(Version version) {
    boolean holes = canPunch();
    return version
        .valueFiles()
        .mostlyDead(
            file ->
                holes && file.shortest() >= MIN_PUNCHED_BYTES
                    ? MAX_LIVE_PERCENT_WITH_HOLES
                    : MAX_LIVE_PERCENT);
  }

  private boolean canPunch() {
    return !refused && files.canPunch();
  }

  /** Whether readers of earlier versions kept {@link #punch} from making holes. */
  boolean isWaiting() {
    return waiting;
  }

  /**
   * Makes holes where much is dead, unless a reader holds an earlier version.
   *
   * @param isCancelled whether to end early
   */
  void punch(BooleanSupplier isCancelled) {
    waiting = false;
    if (!canPunch()) {
      return;
    }
    Version version = versions.current();
    try {
      punch(version, isCancelled);
    } catch (FirnException | OutOfMemoryError e) {
      health.warn("giving back room of value files", e); // the next call tries again
    } finally {
      version.release();
    }
  }

  private void punch(Version version, BooleanSupplier isCancelled) {
    Map<Long, BitSet> live = candidates(version);
    if (live.isEmpty()) {
      return;
    }
    waiting = !awaitReaders(version);
    if (waiting || isCancelled.getAsBoolean()) {
      return;
    }
    for (Table table : version.tables()) {
      if (isCancelled.getAsBoolean()) {
        return;
      }
      if (refersTo(table, live)) {
        TableValues.forEach(table, reference -> mark(live, reference));
      }
    }
    for (Map.Entry<Long, BitSet> file : live.entrySet()) {
      if (isCancelled.getAsBoolean() || refused) {
        return;
      }
      punch(version, file.getKey(), file.getValue());
    }
  }

  /** Waits for the readers that come and go; returns whether there is none. */
  private static boolean awaitReaders(Version version) {
    for (int pauses = 0; pauses < MAX_PAUSES && !version.isOnly(); pauses++) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return version.isOnly();
  }

  /** The files that are worth it, with nothing marked; none if reading the tables costs more. */
  private Map<Long, BitSet> candidates(Version version) {
    OpenValueFiles open = version.valueFiles();
    Map<Long, BitSet> found = new HashMap<>();
    long gain = 0;
    ValueFiles known = version.state().valueFiles();
    punched.keySet().removeIf(number -> known.file(number) == null);
    for (ValueFiles.File file : known.all()) {
      long dead = file.fileBytes() - file.liveBytes() - punched.getOrDefault(file.number(), 0L);
      ValueFile opened = open.file(file.number());
      if (dead >= file.fileBytes() / MIN_DEAD_SHARE && opened != null && !opened.isDamaged()) {
        found.put(file.number(), new BitSet());
        gain += dead;
      }
    }
    long cost = 0;
    for (Table table : found.isEmpty() ? List.<Table>of() : version.tables()) {
      cost += refersTo(table, found) ? table.metadata().fileBytes() : 0;
    }
    return cost <= gain ? found : Map.of();
  }

  private static boolean refersTo(Table table, Map<Long, BitSet> files) {
    boolean[] found = new boolean[1];
    table.metadata().references().forEach((file, bytes) -> found[0] |= files.containsKey(file));
    return found[0];
  }

  /** Marks the pages of a live value. */
  private static void mark(Map<Long, BitSet> live, ValueReference reference) {
    BitSet pages = live.get(reference.file());
    if (pages != null) {
      long begin = Math.max(0, reference.offset() - MARGIN_BYTES);
      long end = reference.offset() + reference.length();
      pages.set((int) (begin / PAGE_BYTES), (int) ((end + PAGE_BYTES - 1) / PAGE_BYTES));
    }
  }

  private void punch(Version version, long number, BitSet live) {
    ValueFiles.File file = version.state().valueFiles().file(number);
    ValueFile open = version.valueFiles().file(number);
    if (file == null || open == null) {
      return;
    }
    long[] ranges = deadRanges(live, file.fileBytes());
    if (ranges.length > 0 && !files.punch(open.path(), ranges)) {
      refused = true;
      return;
    }
    punched.put(number, file.fileBytes() - file.liveBytes());
  }

  /** Pairs of position and length. The first page stays: it has the segment's header. */
  private static long[] deadRanges(BitSet live, long fileBytes) {
    int pages = (int) (fileBytes / PAGE_BYTES);
    List<Long> ranges = new ArrayList<>();
    for (int from = live.nextClearBit(1); from < pages; ) {
      int next = live.nextSetBit(from);
      int to = next < 0 ? pages : Math.min(next, pages);
      ranges.add((long) from * PAGE_BYTES);
      ranges.add((long) (to - from) * PAGE_BYTES);
      from = live.nextClearBit(to);
    }
    return ranges.stream().mapToLong(Long::longValue).toArray();
  }
}
