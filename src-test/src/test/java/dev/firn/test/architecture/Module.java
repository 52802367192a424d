package dev.firn.test.architecture;

import java.util.Set;
import java.util.TreeSet;

/** The modules from the bottom up: the packages of each, and the modules it is built from. */
enum Module {
  CORE(
      Set.of(
          "dev.firn.error",
          "dev.firn.core",
          "dev.firn.core.file",
          "dev.firn.core.merge",
          "dev.firn.core.range")),
  WAL(Set.of("dev.firn.wal"), CORE),
  MEMTABLE(Set.of("dev.firn.memtable"), CORE),
  SSTABLE(Set.of("dev.firn.sstable"), CORE),
  VERSION(Set.of("dev.firn.version"), SSTABLE, CORE),
  COMPACTION(Set.of("dev.firn.compaction"), VERSION, SSTABLE, CORE),
  ENGINE(
      Set.of("dev.firn", "dev.firn.transaction", "dev.firn.engine", "dev.firn.engine.repair"),
      COMPACTION,
      VERSION,
      MEMTABLE,
      SSTABLE,
      WAL,
      CORE),
  CLI(
      Set.of(
          "dev.firn.cli",
          "dev.firn.cli.bench",
          "dev.firn.cli.journal",
          "dev.firn.cli.console",
          "dev.firn.cli.demo",
          "dev.firn.cli.load",
          "dev.firn.cli.text",
          "dev.firn.cli.workload"),
      ENGINE,
      COMPACTION,
      VERSION,
      MEMTABLE,
      SSTABLE,
      WAL,
      CORE);

  final Set<String> packages;
  private final Set<Module> lower;

  Module(Set<String> packages, Module... lower) {
    this.packages = packages;
    this.lower = Set.of(lower);
  }

  /** The packages that a class of this module may depend on. */
  Set<String> mayUse() {
    Set<String> usable = new TreeSet<>(packages);
    for (Module module : lower) {
      usable.addAll(module.packages);
    }
    return usable;
  }
}
