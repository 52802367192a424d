package dev.firn.test.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All targets, by the kind of file that they read. */
final class FuzzTargets {

  private static final Map<String, List<FuzzTarget>> FAMILIES = families();

  private FuzzTargets() {}

  private static Map<String, List<FuzzTarget>> families() {
    Map<String, List<FuzzTarget>> families = new TreeMap<>();
    families.put(
        "table",
        with(TableTargets.all(), new FuzzTarget("store-table", Seeds::patches, TableFuzzer::fuzz)));
    families.put(
        "journal",
        with(
            JournalTargets.all(),
            new FuzzTarget("store-journal", Seeds::patches, JournalFuzzer::fuzz)));
    families.put(
        "manifest",
        with(
            ManifestTargets.all(),
            new FuzzTarget("store-manifest", Seeds::patches, ManifestFuzzer::fuzz)));
    families.put(
        "load",
        with(LoadTargets.all(), new FuzzTarget("store-load", LoadFuzzer::seeds, LoadFuzzer::fuzz)));
    return families;
  }

  private static List<FuzzTarget> with(List<FuzzTarget> parsers, FuzzTarget store) {
    List<FuzzTarget> all = new ArrayList<>(parsers);
    all.add(store);
    return List.copyOf(all);
  }

  static List<FuzzTarget> of(String family) {
    return FAMILIES.get(family);
  }

  static Stream<FuzzTarget> all() {
    return FAMILIES.values().stream().flatMap(List::stream);
  }

  static FuzzTarget named(String name) {
    return all().filter(target -> target.name().equals(name)).findFirst().orElseThrow();
  }
}
