package dev.firn.test.model;

import dev.firn.test.Deadline;
import dev.firn.test.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs the script of a seed; a failing one is shrunk and kept. */
final class ModelCheck {

  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int TRIES = 3;

  private final Supplier<Disk> disks;
  private final long shrinkMillis;

  ModelCheck(Supplier<Disk> disks, long shrinkMillis) {
    this.disks = disks;
    this.shrinkMillis = shrinkMillis;
  }

  void check(long seed, int operations) throws Exception {
    check(Generator.script(seed, operations));
  }

  /**
   * Runs the operations of a seed under several sets of options, which must give the same answers.
   */
  void checkSameAnswers(long seed, int operations, int sets) throws Exception {
    Script script = withSyncedPowerCuts(Generator.script(seed, operations));
    List<String> first = check(script);
    for (int set = 1; set < sets; set++) {
      Script other = script.withOptions(Generator.options(seed, set));
      List<String> answers = check(other);
      for (int i = 0; i < first.size(); i++) {
        if (!first.get(i).equals(answers.get(i))) {
          throw new AssertionError(
              "operation %d, %s, answered %s under one set of options and %s under another"
                  .formatted(i, script.operations().get(i), first.get(i), answers.get(i)));
        }
      }
    }
  }

  /** With a sync before each power cut, its outcome does not depend on chance. */
  private static Script withSyncedPowerCuts(Script script) {
    List<Operation> operations = new ArrayList<>();
    for (Operation operation : script.operations()) {
      if (operation instanceof Operation.PowerCut) {
        operations.add(Operation.Plain.SYNC);
      }
      operations.add(operation);
    }
    return script.withOperations(operations);
  }

  /** Runs a script; returns the answer of each operation. */
  List<String> check(Script script) throws Exception {
    try {
      return Deadline.call(LIMIT, () -> ModelRun.run(script, disks));
    } catch (Divergence e) {
      Shrinker shrinker = new Shrinker(shorter -> failure(shorter, e) != null, shrinkMillis);
      Script small = shrinker.shrink(script, e.operation());
      Divergence shown = Objects.requireNonNullElse(failure(small, e), e);
      throw new AssertionError(shown.getMessage() + "\n" + keep(small), shown);
    }
  }

  /** The same failure of another script, or null; background threads may require several tries. */
  private @Nullable Divergence failure(Script script, Divergence like) {
    for (int i = 0; i < TRIES; i++) {
      try {
        ModelRun.run(script, disks);
      } catch (Divergence e) {
        if (e.isLike(like)) {
          return e;
        }
      }
    }
    return null;
  }

  private static String keep(Script script) throws IOException {
    Path file = Files.createDirectories(Path.of("target", "model")).resolve("failed.txt");
    Files.writeString(file, script.toString());
    return "The script, also in " + file + " (replay with -Dfirn.script=FILE):\n" + script;
  }
}
