package dev.firn.cli.bench;

import dev.firn.cli.workload.Measurement;

/** Takes the results. */
interface BenchReport {

  /** Takes lines that say what is measured, and on which machine. */
  void begin(String description);

  /** Takes one result. */
  void add(Measurement measurement, Aftermath after);
}
