package dev.firn.cli.bench;

/** Where results go. */
interface BenchReport {

  /** Says what is measured, and on what; lines. */
  void begin(String description);

  /** Takes one result. */
  void add(Measurement measurement, Aftermath after);
}
