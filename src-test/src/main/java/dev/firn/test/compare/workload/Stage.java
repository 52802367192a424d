package dev.firn.test.compare.workload;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Workloads that follow each other on one store, in one JVM.
 *
 * @param name distinguishes it
 * @param suffix follows the name of each of its workloads
 * @param synced whether each write is to survive a power cut
 * @param memoryBytes the memory of the process, or {@link StoreSettings#UNLIMITED}
 * @param list makes its workloads, in order; some share what they know of the store
 */
public record Stage(
    String name,
    String suffix,
    StageSize size,
    boolean synced,
    long memoryBytes,
    Function<StageSize, List<Workload>> list) {

  static Stage of(String name, long entries, Function<StageSize, List<Workload>> list) {
    return of(name, "", entries, Stages.VALUE_BYTES, list);
  }

  static Stage of(
      String name,
      String suffix,
      long entries,
      int valueBytes,
      Function<StageSize, List<Workload>> list) {
    StageSize size = new StageSize(entries, valueBytes, Stages.SEED);
    return new Stage(name, suffix, size, false, StoreSettings.UNLIMITED, list);
  }

  Stage withSync() {
    return new Stage(name, suffix, size, true, memoryBytes, list);
  }

  Stage within(long bytes) {
    return new Stage(name, suffix, size, synced, bytes, list);
  }

  /** The same with more or fewer entries; data that are to exceed the memory do not grow. */
  public Stage scaled(double factor) {
    double used = memoryBytes == StoreSettings.UNLIMITED ? factor : Math.min(1, factor);
    return new Stage(name, suffix, size.scaled(used), synced, memoryBytes, list);
  }

  /** The name of one of its workloads in results. */
  public String label(Workload workload) {
    return workload.name() + suffix;
  }

  /** Labels of the workloads that are measured. */
  public List<String> labels() {
    return list.apply(size).stream().filter(Workload::isMeasured).map(this::label).toList();
  }

  /** The wanted workloads, and those before them that they need; none if none is wanted. */
  List<Workload> workloads(Collection<String> wanted) {
    List<Workload> chosen = new ArrayList<>();
    int needed = 0;
    for (Workload workload : list.apply(size)) {
      boolean isWanted = wanted.contains(label(workload));
      if (isWanted || workload.isNeeded()) {
        chosen.add(workload);
        needed = isWanted ? chosen.size() : needed;
      }
    }
    return chosen.subList(0, needed);
  }
}
