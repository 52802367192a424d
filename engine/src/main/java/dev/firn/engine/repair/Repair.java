package dev.firn.engine.repair;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import dev.firn.sstable.BlockCache;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableSalvage;
import dev.firn.version.ManifestSalvage;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import dev.firn.version.StoreState;
import dev.firn.version.ValueFiles;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import dev.firn.version.VersionEdit.TreeCreated;
import dev.firn.wal.JournalSalvage;
import dev.firn.wal.RecordEntries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Repairs a store that is not open.
 *
 * <ol>
 *   <li>The state comes from the manifest, see {@link ManifestSalvage}.
 *   <li>Each table is read and checked. A damaged one is replaced, in its level and run, by a new
 *       one with its readable blocks.
 *   <li>The readable records of the journal become new runs of level 0.
 *   <li>A new manifest names the tables, and requires no journal.
 * </ol>
 *
 * <p>If the state is not known exactly, all tables are merged into one run, see {@link Rebuild}.
 *
 * <p><b>Threading.</b> Belongs to one thread; used once.
 */
public final class Repair {

  private final FileSystem files;
  private final Path from;
  private final Path to;
  private final BlockCache cache = new BlockCache(0);
  private final LossList losses;
  private final List<FirnException> damage = new ArrayList<>();
  private final SalvagedValues values;
  private OutputTables.Numbers numbers = new OutputTables.Numbers(1);
  private int intact;
  private int salvaged;
  private long records;

  /** The trees of which the journal has entries. */
  private final NavigableSet<Integer> journalTrees = new TreeSet<>();

  private Repair(FileSystem files, Path from, Path to) {
    this.files = files;
    this.from = from;
    this.to = to;
    this.losses = new LossList(from, StoreState.empty().trees());
    this.values = new SalvagedValues(files, from, losses, this::addDamage);
  }

  /**
   * What a repair did.
   *
   * @param manifestRebuilt whether the tables that are there had to tell what the store is
   * @param intactTables count of tables without damage
   * @param salvagedTables count of damaged or missing tables
   * @param records count of journal records that were written to tables
   * @param damage the damage found, one per file at most
   * @param losses what may be lost
   */
  public record Result(
      boolean manifestRebuilt,
      int intactTables,
      int salvagedTables,
      long records,
      List<FirnException> damage,
      List<Loss> losses) {}

  /**
   * Repairs a store.
   *
   * @param from the store's folder
   * @param to the folder of the repaired store: the same one, or one that is missing or empty
   */
  public static Result run(FileSystem files, Path from, Path to) {
    if (!files.isDirectory(from)) {
      throw new StorageException(from, "there is no such folder, and so no store", null);
    }
    if (files.list(from).stream().noneMatch(Repair::isData)) {
      throw new StorageException(from, "is not a store: it holds no file of one", null);
    }
    boolean inPlace = from.equals(to);
    if (!inPlace && files.exists(to) && (!files.isDirectory(to) || !files.list(to).isEmpty())) {
      throw new StorageException(to, "is not an empty folder", null);
    }
    try (LockFile lock = files.lock(from.resolve(FileName.LOCK))) {
      lock.check();
      files.createDirectories(to);
      Repair repair = new Repair(files, from, to);
      try {
        return repair.run();
      } finally {
        repair.values.close();
        repair.cache.close();
      }
    }
  }

  /** Adds the damage of a value file: one of each file is told. */
  private void addDamage(FirnException found) {
    boolean known =
        damage.stream()
            .anyMatch(
                other ->
                    found instanceof CorruptionException one
                        && other instanceof CorruptionException two
                        && one.file().equals(two.file()));
    if (!known) {
      damage.add(found);
    }
  }

  SalvagedValues values() {
    return values;
  }

  private static boolean isData(String name) {
    return name.equals(FileName.CURRENT)
        || FileName.tableNumber(name).isPresent()
        || FileName.manifestNumber(name).isPresent()
        || FileName.journalNumber(name).isPresent();
  }

  private Result run() {
    ManifestSalvage.Found found = ManifestSalvage.read(files, from);
    if (found.damage() != null) {
      damage.add(found.damage());
    }
    StoreState state = found.state();
    numbers = new OutputTables.Numbers(Math.max(found.highestNumber() + 1, state.nextFileNumber()));
    losses.setTrees(state.trees());
    boolean isKnown = found.exact() && !LostEdits.after(state, files, from, cache);
    StoreState repaired =
        isKnown
            ? repairTables(state).apply(readJournal(state))
            : new Rebuild(this, files, from, to).run(state);
    files.syncDirectory(to);
    ManifestSalvage.install(files, to, found.storeId(), numbers.take(), repaired.withoutJournal());
    return new Result(!isKnown, intact, salvaged, records, List.copyOf(damage), losses.all());
  }

  private StoreState repairTables(StoreState state) {
    List<Change> changes = new ArrayList<>();
    Shape shape = state.shape();
    for (int level = 0; level < shape.levels(); level++) {
      for (Run run : shape.runs(level)) {
        for (TableMetadata table : run.tables()) {
          if (isIntact(table.number(), table) && haveValues(table, state.valueFiles())) {
            copy(FileName.table(from, table.number()), FileName.table(to, table.number()));
          } else {
            changes.add(new TableRemoved(level, run.id(), table.number()));
            for (TableMetadata readable : salvage(table.number(), table)) {
              changes.add(new TableAdded(level, run.id(), readable));
            }
          }
        }
      }
    }
    StoreState repaired = state.apply(new VersionEdit(changes));
    for (ValueFiles.File file : repaired.valueFiles().all()) {
      copy(FileName.journal(from, file.number()), FileName.journal(to, file.number()));
    }
    return repaired;
  }

  private boolean haveValues(TableMetadata table, ValueFiles known) {
    if (values.areIntact(table, known)) {
      return true;
    }
    intact--;
    salvaged++;
    return false;
  }

  private void copy(Path source, Path target) {
    if (!from.equals(to)) {
      FileCopy.copy(files, source, target);
    }
  }

  /** Whether a table is there, and every byte of it as it was written. */
  boolean isIntact(long number, @Nullable TableMetadata known) {
    Table table = null;
    try {
      table =
          known == null
              ? Table.open(files, from, number, cache)
              : Table.open(files, from, known, cache);
      table.verify(bytes -> {});
      intact++;
      return true;
    } catch (CorruptionException | StorageException e) {
      damage.add(e);
      salvaged++;
      return false;
    } finally {
      if (table != null) {
        table.release();
      }
    }
  }

  /** Writes the readable entries of a table to new ones. */
  List<TableMetadata> salvage(long number, @Nullable TableMetadata known) {
    try (OutputTables tables = new OutputTables(files, to, numbers)) {
      List<TableSalvage.Gap> gaps;
      SalvageSink sink = new SalvageSink(tables, values);
      try {
        gaps = TableSalvage.read(files, from, number, known == null ? 0 : known.id(), sink);
        if (known != null && known.rangeDeletions() > 0 && !sink.hasRanges()) {
          // What they deleted may be back, in the whole range of the table.
          gaps = List.of(new TableSalvage.Gap(0, null, null));
        }
      } catch (StorageException e) {
        gaps = List.of(new TableSalvage.Gap(0, null, null)); // it is missing
      }
      gaps.forEach(gap -> losses.add(number, gap, known));
      return tables.finish();
    }
  }

  private VersionEdit readJournal(StoreState state) {
    List<Change> changes = new ArrayList<>();
    long last =
        readJournal(
            Math.max(1, state.journalFloor()),
            state.journalHead(),
            state.lastSequence() + 1,
            state.lastSequence(),
            run ->
                run.forEach(
                    table -> changes.add(new TableAdded(0, run.getFirst().number(), table))));
    // Of trees whose names are lost with an edit of the manifest.
    for (int id : journalTrees.tailSet(state.trees().nextId())) {
      changes.add(new TreeCreated(id, "tree-" + id));
    }
    changes.add(new LastSequence(last));
    // Above all segments of the folder: in place, they must not be replayed.
    changes.add(new JournalFloor(numbers.take()));
    return new VersionEdit(changes);
  }

  /**
   * Writes the readable journal records to tables.
   *
   * @param floor the oldest segment to read
   * @param head a segment that must exist, unless it is below the floor
   * @param firstSequence the first sequence to read
   * @param covered sequences up to this one are in tables, too
   * @param runs receives the tables of each segment, oldest first
   * @return the largest sequence read, or the one before the first
   */
  long readJournal(
      long floor, long head, long firstSequence, long covered, Consumer<List<TableMetadata>> runs) {
    try (SegmentTables tables = new SegmentTables(runs)) {
      JournalSalvage.Result result =
          JournalSalvage.read(files, from, floor, head, firstSequence, covered, tables::add);
      tables.write();
      for (JournalSalvage.Gap gap : result.gaps()) {
        losses.add(gap);
        damage.add(
            new CorruptionException(
                gap.file(), gap.offset(), "records from " + gap.firstSequence(), gap.problem()));
      }
      records = result.records();
      return result.lastSequence();
    }
  }

  /** One run of level 0 for each segment. */
  private final class SegmentTables implements AutoCloseable {

    private final Consumer<List<TableMetadata>> runs;
    private JournalEntries entries = new JournalEntries(journalTrees::add);
    private long segment;

    SegmentTables(Consumer<List<TableMetadata>> runs) {
      this.runs = runs;
    }

    void add(long number, RecordEntries record, long firstSequence) {
      if (number != segment) {
        write();
        segment = number;
      }
      entries.add(record, firstSequence);
    }

    void write() {
      try (OutputTables tables = new OutputTables(files, to, numbers)) {
        entries.writeTo(tables);
        List<TableMetadata> written = tables.finish();
        if (!written.isEmpty()) {
          runs.accept(written);
        }
      }
      entries.close();
      entries = new JournalEntries(journalTrees::add);
    }

    @Override
    public void close() {
      entries.close();
    }
  }

  BlockCache cache() {
    return cache;
  }

  OutputTables.Numbers numbers() {
    return numbers;
  }

  LossList losses() {
    return losses;
  }
}
