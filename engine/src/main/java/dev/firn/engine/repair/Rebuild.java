package dev.firn.engine.repair;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.range.RangeFragmenter;
import dev.firn.core.range.RangeRetention;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableOrigin;
import dev.firn.version.StoreState;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionEdit.NextTreeId;
import dev.firn.version.VersionEdit.TableAdded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes the state of a store whose manifest is lost: merges the tables that are not {@linkplain
 * TableFacts#obsolete obsolete}, and the journal, into one run of the lowest level. The order of
 * the entries is that of their keys and sequences, so levels need not be known.
 *
 * <p><b>Threading.</b> Belongs to one thread; used once.
 */
final class Rebuild {

  private static final int LEVEL = 6;

  private final Repair repair;
  private final FileSystem files;
  private final Path from;
  private final Path to;
  private final List<TableFacts> tables = new ArrayList<>();
  private final List<TableMerge.Source> sources = new ArrayList<>();
  private final List<Path> intermediate = new ArrayList<>();
  private final RangeFragmenter ranges = new RangeFragmenter();

  Rebuild(Repair repair, FileSystem files, Path from, Path to) {
    this.repair = repair;
    this.files = files;
    this.from = from;
    this.to = to;
  }

  /**
   * Writes the tables.
   *
   * @param known an earlier state of the store, or the empty one
   */
  StoreState run(StoreState known) {
    files.list(from).stream()
        .flatMapToLong(name -> FileName.tableNumber(name).stream())
        .sorted()
        .forEach(number -> tables.add(facts(number)));
    TreeNames names = new TreeNames(known, tables);
    repair.losses().setTrees(StoreState.empty().apply(new VersionEdit(names.changes())).trees());
    try {
      Set<Long> obsolete = TableFacts.obsolete(tables);
      for (TableFacts table : tables) {
        if (!obsolete.contains(table.number())) {
          addSource(table);
        }
      }
      List<Change> changes = new ArrayList<>();
      long last = readJournal(known);
      changes.addAll(merge(names));
      changes.addAll(names.changes());
      changes.add(new NextTreeId(names.nextId()));
      changes.add(new LastSequence(last));
      changes.add(new JournalFloor(repair.numbers().take()));
      return StoreState.empty().apply(new VersionEdit(changes));
    } finally {
      intermediate.forEach(files::delete);
    }
  }

  private TableFacts facts(long number) {
    try {
      Table table = Table.open(files, from, number, repair.cache());
      try {
        return new TableFacts(number, table.metadata(), table.origin());
      } finally {
        table.release();
      }
    } catch (CorruptionException | StorageException e) {
      return new TableFacts(number, null, null);
    }
  }

  private void addSource(TableFacts table) {
    TableMetadata metadata = table.metadata();
    if (repair.isIntact(table.number(), metadata)) {
      sources.add(source(from, Objects.requireNonNull(metadata)));
    } else {
      repair.salvage(table.number(), metadata).forEach(this::addIntermediate);
    }
  }

  private void addIntermediate(TableMetadata table) {
    intermediate.add(FileName.table(to, table.number()));
    sources.add(source(to, table));
  }

  private TableMerge.Source source(Path directory, TableMetadata table) {
    if (table.rangeDeletions() > 0) {
      Table open = Table.open(files, directory, table, repair.cache());
      try {
        ranges.add(open.ranges());
      } finally {
        open.release();
      }
    }
    return new TableMerge.Source(
        table.number(),
        table.smallestKey(),
        () -> Table.open(files, directory, table, repair.cache()));
  }

  /** Writes the journal to tables; returns the largest sequence of the store. */
  private long readJournal(StoreState known) {
    long floor = Math.max(1, known.journalFloor());
    long flushed = known.lastSequence();
    long covered = flushed;
    for (TableFacts table : tables) {
      TableOrigin origin = table.origin();
      if (origin != null) {
        floor = Math.max(floor, origin.journalFloor());
        flushed = Math.max(flushed, origin.lastSequence());
      }
      TableMetadata metadata = table.metadata();
      covered = Math.max(covered, metadata == null ? 0 : metadata.largestSequence());
    }
    covered = Math.max(covered, flushed);
    long last = repair.readJournal(floor, known.journalHead(), flushed + 1, covered, written());
    return Math.max(last, covered);
  }

  private Consumer<List<TableMetadata>> written() {
    return run -> run.forEach(this::addIntermediate);
  }

  private List<Change> merge(TreeNames names) {
    try (OutputTables output = new OutputTables(files, to, repair.numbers());
        TableMerge merge = new TableMerge(sources, repair.values())) {
      output.setRanges(ranges.build(RangeRetention.ALL));
      merge.run(output, names::use);
      List<TableMetadata> written = output.finish();
      List<Change> changes = new ArrayList<>();
      for (TableMetadata table : written) {
        changes.add(new TableAdded(LEVEL, written.getFirst().number(), table));
      }
      return changes;
    }
  }
}
