package dev.firn.version;

import dev.firn.core.EntryRef;
import dev.firn.core.HitPredictor;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyGroup;
import dev.firn.core.RefCounted;
import dev.firn.core.range.RangeSource;
import dev.firn.sstable.GroupSearch;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableResidency;
import dev.firn.sstable.ValueFile;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a store at one moment: a {@link Shape} with its tables, and the state of the
 * manifest.
 *
 * <p>Reads rely on the invariant of {@link Shape}: from the top, the first entry that a reader may
 * see is the newest one.
 *
 * <p><b>Threading.</b> Immutable; any thread may read.
 *
 * <p><b>Ownership.</b> Holds its runs, and so its tables and their files. The version set holds the
 * current version; a reader holds a reference while it reads. The last release runs on the executor
 * that the version was made with, because it may unmap and delete files, and the last reference may
 * be a reader's.
 */
public final class Version extends RefCounted {

  private final StoreState state;

  /** The runs of all levels, newest first. */
  private final OpenRun[] runs;

  private final OpenValueFiles valueFiles;
  private final Executor cleaner;

  private final boolean hasRanges;

  /** The count of versions of the store that are not freed. */
  private final AtomicInteger alive;

  private Version(
      StoreState state,
      OpenRun[] runs,
      OpenValueFiles valueFiles,
      Executor cleaner,
      AtomicInteger alive) {
    this.state = state;
    this.runs = runs;
    this.valueFiles = valueFiles;
    this.cleaner = cleaner;
    this.hasRanges = Arrays.stream(runs).anyMatch(run -> run.ranges() != null);
    this.alive = alive;
    alive.incrementAndGet();
  }

  /** The version of a store without tables. */
  static Version empty(Executor cleaner) {
    return new Version(
        StoreState.empty(), new OpenRun[0], OpenValueFiles.none(), cleaner, new AtomicInteger());
  }

  /**
   * The version of another state. Both versions share the runs and tables that they have in common;
   * the other tables are made. When that fails, nothing stays open.
   *
   * @param opener makes a table, with the first reference for the caller
   * @param fileOpener makes a value file, with the first reference for the caller
   */
  Version next(
      StoreState nextState,
      Function<TableMetadata, Table> opener,
      Function<ValueFiles.File, ValueFile> fileOpener) {
    Builder builder = new Builder(this, opener);
    OpenValueFiles files = null;
    try {
      files = valueFiles.next(nextState.valueFiles(), fileOpener);
      return new Version(nextState, builder.build(nextState.shape()), files, cleaner, alive);
    } catch (Throwable e) {
      builder.releaseAll();
      if (files != null) {
        files.release();
      }
      throw e;
    }
  }

  /** Has the tables read in the way that fits their sum. */
  void adapt(TableResidency residency) {
    if (residency.update(state.shape().bytes(), state.shape().dataBytes())) {
      tables().forEach(Table::adapt);
    }
  }

  /** Makes the runs of a shape from the tables of a version and other tables. */
  private static final class Builder {

    private final Map<Run, OpenRun> knownRuns = new IdentityHashMap<>();
    private final Map<RunPart, OpenPart> knownParts = new IdentityHashMap<>();
    private final Map<Long, Table> tables = new HashMap<>();
    private final Function<TableMetadata, Table> opener;
    private final List<RefCounted> taken = new ArrayList<>();

    Builder(Version version, Function<TableMetadata, Table> opener) {
      this.opener = opener;
      for (OpenRun run : version.runs) {
        knownRuns.put(run.run(), run);
      }
    }

    OpenRun[] build(Shape shape) {
      collect(shape);
      List<OpenRun> runs = new ArrayList<>();
      for (int level = 0; level < shape.levels(); level++) {
        shape.runs(level).forEach(run -> runs.add(build(run)));
      }
      return runs.toArray(OpenRun[]::new);
    }

    /** Collects the tables of the parts that differ: a moved or kept table is in one of them. */
    private void collect(Shape shape) {
      Map<Run, OpenRun> replaced = new IdentityHashMap<>(knownRuns);
      List<Run> fresh = new ArrayList<>();
      for (int level = 0; level < shape.levels(); level++) {
        for (Run run : shape.runs(level)) {
          if (replaced.remove(run) == null) {
            fresh.add(run);
          }
        }
      }
      Map<RunPart, OpenPart> differing = new IdentityHashMap<>();
      for (OpenRun run : replaced.values()) {
        for (OpenPart part : run.parts()) {
          differing.put(part.part(), part);
        }
      }
      knownParts.putAll(differing);
      for (Run run : fresh) {
        for (int i = 0; i < run.parts(); i++) {
          differing.remove(run.part(i));
        }
      }
      for (OpenPart part : differing.values()) {
        for (Table table : part.tables()) {
          tables.put(table.metadata().number(), table);
        }
      }
    }

    private OpenRun build(Run run) {
      OpenRun open = knownRuns.get(run);
      if (open != null) {
        return take(open);
      }
      OpenPart[] parts = new OpenPart[run.parts()];
      for (int i = 0; i < parts.length; i++) {
        OpenPart known = knownParts.get(run.part(i));
        parts[i] = known != null ? take(known) : build(run.part(i));
      }
      return made(new OpenRun(run, parts), parts.length);
    }

    private OpenPart build(RunPart part) {
      List<Table> members = new ArrayList<>(part.size());
      for (TableMetadata metadata : part.tables()) {
        Table known = tables.get(metadata.number());
        if (known == null) {
          known = opener.apply(metadata);
          taken.add(known);
        } else {
          take(known);
        }
        members.add(known);
      }
      return made(new OpenPart(part, members), members.size());
    }

    private <T extends RefCounted> T take(T known) {
      known.acquire();
      taken.add(known);
      return known;
    }

    /** Notes an object that has taken over the references to the last {@code members} objects. */
    private <T extends RefCounted> T made(T made, int members) {
      taken.subList(taken.size() - members, taken.size()).clear();
      taken.add(made);
      return made;
    }

    void releaseAll() {
      taken.forEach(RefCounted::release);
    }
  }

  /** Which tables form the store, in which levels and runs. */
  public Shape shape() {
    return state.shape();
  }

  /** The trees that exist; compactions drop the entries of other trees. */
  public TreeCatalogue trees() {
    return state.trees();
  }

  /** The value files that the tables refer to; valid while the version is held. */
  public OpenValueFiles valueFiles() {
    return valueFiles;
  }

  /**
   * Whether no other version of the store is held, if this one is: then it is the current one, and
   * whatever is read from here on is read through it or a later one. False may be wrong after an
   * error.
   */
  public boolean isOnly() {
    return alive.get() == 1;
  }

  /** Everything the manifest says. */
  public StoreState state() {
    return state;
  }

  /** The number of runs of all levels. */
  public int runs() {
    return runs.length;
  }

  /** The number of runs of a level. */
  public int runs(int level) {
    return state.shape().runs(level).size();
  }

  /**
   * Loads what {@link #get} reads first of the small runs, for {@link
   * dev.firn.core.Prefetch#consume}.
   */
  public long prefetch(long hash) {
    long loaded = 0;
    for (OpenRun run : runs) {
      loaded ^= run.prefetch(hash);
    }
    return loaded;
  }

  /**
   * Finds the newest entry of a key at or before a trailer, of any kind. Allocates nothing.
   *
   * @param hash the key's {@link dev.firn.core.KeyHash}
   * @param trailer see {@link dev.firn.core.SequenceNumber#seekTrailer}
   * @param predictor decides how much is prefetched
   * @param out set when there is one
   * @return whether there is one
   */
  public boolean get(
      MemorySegment key,
      long offset,
      int length,
      long hash,
      long trailer,
      HitPredictor predictor,
      EntryRef out) {
    for (int i = 0; i < runs.length; i++) {
      boolean last = i == runs.length - 1;
      if (runs[i].get(key, offset, length, hash, trailer, last, predictor, out)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Finds the newest visible entries of the open keys of a group, as {@link #get} does.
   *
   * @param search work memory
   */
  public void getAll(KeyGroup group, GroupSearch search, HitPredictor predictor) {
    for (int i = 0; i < runs.length && group.open() != 0; i++) {
      boolean filtered = i < runs.length - 1 || !predictor.isHitCertain();
      runs[i].getAll(group, search, filtered);
    }
  }

  /**
   * Adds a cursor over each run, newest first. The caller closes the cursors and holds a reference
   * to this version until then.
   */
  public void addCursors(List<InternalCursor> cursors) {
    for (OpenRun run : runs) {
      cursors.add(run.cursor());
    }
  }

  /**
   * The index of the first run at or after {@code from} that may have keys of a range; the number
   * of runs if there is none.
   *
   * @param lower the first key of the range
   * @param upper the first key after the range
   */
  public int runOf(
      int from, MemorySegment lower, int lowerLength, MemorySegment upper, int upperLength) {
    int at = from;
    while (at < runs.length && !runs[at].meets(lower, lowerLength, upper, upperLength)) {
      at++;
    }
    return at;
  }

  /**
   * Turns a resting cursor to a run. The caller holds a reference to this version until the cursor
   * rests again. Reads nothing and allocates nothing.
   */
  public void turn(RunCursor cursor, int run) {
    cursor.turnTo(runs[run]);
  }

  /** Whether a table has range tombstones. */
  public boolean hasRanges() {
    return hasRanges;
  }

  /** The range tombstones of a run; null if there are none. */
  public @Nullable RangeSource ranges(int run) {
    return runs[run].ranges();
  }

  /** The table of a run, or null if the run does not have it; valid while the version is held. */
  public @Nullable Table table(long runId, TableMetadata metadata) {
    byte[] smallest = metadata.smallestKey();
    for (OpenRun run : runs) {
      if (run.run().id() == runId) {
        int at = run.run().firstEndingAtOrAfter(smallest);
        if (at < run.size() && run.table(at).metadata().number() == metadata.number()) {
          return run.table(at);
        }
      }
    }
    return null;
  }

  /** All tables, newest level and run first; valid while the version is held. */
  public List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    for (OpenRun run : runs) {
      for (OpenPart part : run.parts()) {
        tables.addAll(Arrays.asList(part.tables()));
      }
    }
    return tables;
  }

  @Override
  protected void free() {
    Runnable release =
        () -> {
          for (OpenRun run : runs) {
            run.release();
          }
          valueFiles.release();
          alive.decrementAndGet();
        };
    try {
      cleaner.execute(release);
    } catch (RejectedExecutionException e) {
      release.run(); // the store was closed while a cursor was open
    }
  }

  @Override
  public String toString() {
    return "version " + state.shape();
  }
}
