package dev.firn.sstable;

/**
 * The entries of a table that expire.
 *
 * @param entries their count
 * @param earliest the instant at which the first of them expires, in milliseconds since 1970; 0 if
 *     there is none, or if it is before that
 * @param latest the instant at which the last of them expires; likewise
 */
public record ExpiryStats(long entries, long earliest, long latest) {

  /** No entry expires. */
  public static final ExpiryStats NONE = new ExpiryStats(0, 0, 0);

  /** The largest instant. */
  private static final long MAX = Long.MAX_VALUE - 1;

  /** Whether a table may have these statistics. */
  public boolean isSound(EntryStats stats) {
    return entries >= 0
        && entries <= stats.entries() - stats.deletions()
        && earliest >= 0
        && earliest <= latest
        && latest <= MAX
        && (entries > 0 || latest == 0);
  }

  /**
   * Sums entries up.
   *
   * <p><b>Threading.</b> Belongs to one thread at a time.
   */
  static final class Collector {

    private long entries;
    private long earliest = MAX;
    private long latest;

    /** Adds an entry that expires. */
    void add(long expiry) {
      long bounded = Math.clamp(expiry, 0, MAX);
      entries++;
      earliest = Math.min(earliest, bounded);
      latest = Math.max(latest, bounded);
    }

    ExpiryStats stats() {
      return entries == 0 ? NONE : new ExpiryStats(entries, earliest, latest);
    }
  }
}
