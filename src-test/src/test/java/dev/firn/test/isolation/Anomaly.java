package dev.firn.test.isolation;

/** What a history shows that it should not, in a few readable lines. */
public record Anomaly(Kind kind, String text) {

  /** The kinds, the worst first. */
  public enum Kind {
    /** A value that was never written, or not to this key. */
    UNWRITTEN("a value that no transaction wrote"),
    /** A transaction does not read what it wrote. */
    INTERNAL("a transaction that does not see its own writes"),
    /** Two reads tell orders of a key's versions that contradict each other. */
    ORDER("orders of versions that contradict each other"),
    G0("dirty write: a cycle of ww"),
    G1A("aborted read"),
    G1B("intermediate read"),
    G1C("circular information flow: a cycle of ww and wr"),
    /** Two transactions replaced the same version; the simplest case of {@link #G_SINGLE}. */
    LOST_UPDATE("lost update"),
    G_SINGLE("read skew: a cycle with one rw"),
    /** What snapshot isolation excludes beyond {@link #G_SINGLE}. */
    G_NONADJACENT("a cycle with several rw, none after another"),
    G2_ITEM("write skew: a cycle with rw of keys"),
    G2("phantom: a cycle with rw of ranges");

    final String title;

    Kind(String title) {
      this.title = title;
    }

    /** Whether snapshot isolation lets it happen. */
    public boolean isAllowedBySnapshot() {
      return this == G2_ITEM || this == G2;
    }
  }

  @Override
  public String toString() {
    return kind + ", " + kind.title + "\n" + text;
  }
}
