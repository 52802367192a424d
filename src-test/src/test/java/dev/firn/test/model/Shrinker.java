package dev.firn.test.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Shrinks a failing script: cuts off what follows the failure, leaves out ever smaller chunks of
 * operations, and resets options to their defaults, while it still fails and there is time.
 */
final class Shrinker {

  private final Predicate<Script> fails;
  private final long deadline;

  /**
   * @param fails whether a script still fails; where that depends on timing, in any of a few runs
   */
  Shrinker(Predicate<Script> fails, long millis) {
    this.fails = fails;
    this.deadline = System.nanoTime() + millis * 1_000_000;
  }

  /** A smaller script that fails too, or the same one. */
  Script shrink(Script script, int failedAt) {
    Script best = script;
    if (failedAt + 1 < script.operations().size()) {
      Script cut = script.withOperations(script.operations().subList(0, failedAt + 1));
      best = fails.test(cut) ? cut : script;
    }
    int before;
    do {
      before = best.operations().size();
      best = withFewerOptions(withFewerOperations(best));
    } while (best.operations().size() < before && !isLate());
    return best;
  }

  private Script withFewerOperations(Script script) {
    Script best = script;
    for (int chunk = Math.max(1, best.operations().size() / 2); chunk > 0; chunk /= 2) {
      for (int at = best.operations().size() - chunk; at >= 0 && !isLate(); at -= chunk) {
        if (at + chunk > best.operations().size()) {
          continue;
        }
        List<Operation> fewer = new ArrayList<>(best.operations());
        fewer.subList(at, at + chunk).clear();
        Script candidate = best.withOperations(fewer);
        best = fails.test(candidate) ? candidate : best;
      }
    }
    return withShorterWrites(best);
  }

  private Script withShorterWrites(Script script) {
    Script best = script;
    for (int i = 0; i < best.operations().size() && !isLate(); i++) {
      for (int chunk = entries(best, i).size() / 2; chunk > 0 && !isLate(); chunk /= 2) {
        for (int at = entries(best, i).size() - chunk; at >= 0 && !isLate(); at -= chunk) {
          List<Operation.Entry> fewer = new ArrayList<>(entries(best, i));
          fewer.subList(at, Math.min(at + chunk, fewer.size())).clear();
          List<Operation> operations = new ArrayList<>(best.operations());
          operations.set(
              i, new Operation.Write(fewer, ((Operation.Write) operations.get(i)).synced()));
          Script candidate = best.withOperations(operations);
          best = fails.test(candidate) ? candidate : best;
        }
      }
    }
    return best;
  }

  private static List<Operation.Entry> entries(Script script, int index) {
    return script.operations().get(index) instanceof Operation.Write write
        ? write.entries()
        : List.of();
  }

  private Script withFewerOptions(Script script) {
    Script best = script;
    for (Options one : script.options()) {
      Script candidate = best.withOptions(List.of(one));
      if (best.options().size() > 1 && !isLate() && fails.test(candidate)) {
        best = candidate;
      }
    }
    for (int i = 0; i < best.options().size(); i++) {
      best = withOptions(best, i, Options.DEFAULTS);
      for (String name : Options.names()) {
        best = withOptions(best, i, best.options().get(i).withDefault(name));
      }
    }
    return best;
  }

  private Script withOptions(Script script, int index, Options simpler) {
    if (script.options().get(index).equals(simpler) || isLate()) {
      return script;
    }
    List<Options> options = new ArrayList<>(script.options());
    options.set(index, simpler);
    Script candidate = script.withOptions(options);
    return fails.test(candidate) ? candidate : script;
  }

  private boolean isLate() {
    return System.nanoTime() > deadline;
  }
}
