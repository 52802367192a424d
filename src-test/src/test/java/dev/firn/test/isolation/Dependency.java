package dev.firn.test.isolation;

/** Why one transaction must precede another in a serial order. */
enum Dependency {
  /** It wrote a version, and the other the next one. */
  WRITE_WRITE("ww"),
  /** It wrote a version that the other read. */
  WRITE_READ("wr"),
  /** It read a version, and the other wrote the next one. */
  READ_WRITE("rw"),
  /** It did not find a key in a range, and the other wrote that key. */
  RANGE_WRITE("rw-range"),
  /** It had ended when the other began. */
  REAL_TIME("rt");

  final String label;

  Dependency(String label) {
    this.label = label;
  }

  boolean isAntiDependency() {
    return this == READ_WRITE || this == RANGE_WRITE;
  }
}
