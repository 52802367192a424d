package dev.firn.test.stress;

import dev.firn.core.Checksum;
import dev.firn.core.EntryRef;
import dev.firn.core.KeyHash;
import dev.firn.core.KeyOrder;
import dev.firn.core.RefCountedModel;
import dev.firn.core.StoreKey;
import dev.firn.core.Varint;
import dev.firn.engine.CommitModel;
import dev.firn.engine.CurrentViewModel;
import dev.firn.engine.SyncModel;
import dev.firn.memtable.LostUpdateModel;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.SkipListModel;
import dev.firn.wal.JournalSegmentModel;
import dev.firn.wal.PlainMappedFile;
import dev.firn.wal.RecordBuilder;
import dev.firn.wal.RecordEntries;
import java.util.List;
import java.util.Set;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuarantee;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.util.LoggingLevel;
import org.jspecify.annotations.Nullable;

/**
 * The Lincheck checks: for generated scenarios, Lincheck explores the interleavings of their
 * threads and compares the result of each operation with every order of the operations.
 *
 * <p>Lincheck assumes that all threads see memory alike; jcstress covers what processors and
 * compilers reorder.
 */
final class ModelChecks {

  private static final int THREADS = 2;
  private static final int OPERATIONS = 3;

  /** Each method of these is one step: other threads run between steps, not within one. */
  private static final Set<String> STEPS =
      Set.of("dev.firn.memtable.Node", "dev.firn.memtable.NodeAllocator", MemTable.class.getName());

  /** These use what one thread owns or what the steps above publish. */
  private static final Set<String> PRIVATE =
      Set.of(
          Checksum.class.getName(),
          EntryRef.class.getName(),
          KeyHash.class.getName(),
          KeyOrder.class.getName(),
          PlainMappedFile.class.getName(),
          RecordBuilder.class.getName(),
          RecordEntries.class.getName(),
          StoreKey.class.getName(),
          Varint.class.getName());

  /**
   * A class with operations.
   *
   * @param specification the reference; null for the class itself, used by one thread
   * @param wrong whether it has a mistake that must be found
   * @param steps more classes whose methods are one step each
   */
  record Check(Class<?> model, @Nullable Class<?> specification, boolean wrong, Set<String> steps) {

    String name() {
      return model.getName();
    }
  }

  private ModelChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(LostUpdateModel.class, null, true, Set.of()),
        right(RefCountedModel.class),
        right(JournalSegmentModel.class),
        right(CurrentViewModel.class),
        new Check(CommitModel.class, CommitModel.Specification.class, false, Set.of()),
        new Check(
            SyncModel.class,
            SyncModel.Specification.class,
            false,
            Set.of("dev.firn.engine.CommitPipeline")),
        right(SkipListModel.class));
  }

  private static Check right(Class<?> model) {
    return new Check(model, null, false, Set.of());
  }

  /**
   * Runs one check.
   *
   * @param scenarios number of generated scenarios
   * @param interleavings maximum number of interleavings tried for each
   * @throws AssertionError with the operations, their results and the interleaving, when something
   *     is wrong
   */
  static void run(Check check, int scenarios, int interleavings) {
    if (!check.wrong()) {
      explore(check, scenarios, interleavings);
      return;
    }
    try {
      explore(check, scenarios, interleavings);
    } catch (LincheckAssertionError e) {
      return;
    }
    throw new AssertionError("the mistake in " + check.name() + " was not found");
  }

  private static void explore(Check check, int scenarios, int interleavings) {
    ModelCheckingOptions options =
        new ModelCheckingOptions()
            .threads(THREADS)
            .actorsPerThread(OPERATIONS)
            .iterations(scenarios)
            .invocationsPerIteration(interleavings)
            .addGuarantee(steps(STEPS))
            .addGuarantee(steps(check.steps()))
            .addGuarantee(skipped())
            .logLevel(LoggingLevel.ERROR);
    if (check.specification() != null) {
      options.sequentialSpecification(check.specification());
    }
    options.check(check.model());
  }

  private static ManagedStrategyGuarantee steps(Set<String> classes) {
    return ManagedStrategyGuaranteeKt.forClasses(classes::contains).allMethods().treatAsAtomic();
  }

  private static ManagedStrategyGuarantee skipped() {
    return ManagedStrategyGuaranteeKt.forClasses(PRIVATE::contains).allMethods().ignore();
  }
}
