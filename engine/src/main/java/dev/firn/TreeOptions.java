package dev.firn;

import dev.firn.version.TreeKind;
import dev.firn.version.TreeSettings;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a tree is opened, see {@link Store#tree(String, TreeOptions)}.
 *
 * <pre>{@code
 * TreeOptions options = TreeOptions.builder().timeToLive(Duration.ofDays(30)).build();
 * Tree tree = store.tree("readings", options);
 * }</pre>
 *
 * <p>The store keeps the options of a tree, of a merge operator its name. {@link
 * Builder#timeToLive} and {@link Builder#minValueFileBytes} may differ from one opening to the
 * next, a merge operator may be added, but not changed. Immutable.
 */
public final class TreeOptions {

  private static final TreeOptions DEFAULTS = builder().build();

  private final @Nullable MergeOperator mergeOperator;
  private final Duration timeToLive;
  private final int minValueFileBytes;

  private TreeOptions(Builder builder) {
    mergeOperator = builder.mergeOperator;
    timeToLive = builder.timeToLive;
    minValueFileBytes = builder.minValueFileBytes;
    settings(TreeKind.PLAIN);
  }

  /** Returns the options of a tree that is made without any. */
  public static TreeOptions defaults() {
    return DEFAULTS;
  }

  /** Returns a builder that holds the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** See {@link Builder#mergeOperator}; null when there is none. */
  public @Nullable MergeOperator mergeOperator() {
    return mergeOperator;
  }

  /** See {@link Builder#timeToLive}; zero when there is none. */
  public Duration timeToLive() {
    return timeToLive;
  }

  /** See {@link Builder#minValueFileBytes}; 0 when it is that of the store. */
  public int minValueFileBytes() {
    return minValueFileBytes;
  }

  /** All options as {@code name=value}. */
  @Override
  public String toString() {
    return "TreeOptions[mergeOperator="
        + (mergeOperator == null ? "none" : mergeOperator.name())
        + ", timeToLive="
        + timeToLive
        + ", minValueFileBytes="
        + minValueFileBytes
        + "]";
  }

  /**
   * What the store keeps of the options.
   *
   * @throws IllegalArgumentException when two options exclude one another
   */
  TreeSettings settings(TreeKind kind) {
    return new TreeSettings(
        kind,
        mergeOperator == null ? null : mergeOperator.name(),
        timeToLive.toMillis(),
        minValueFileBytes);
  }

  /**
   * Collects options. Each method sets one option and returns the builder. A value out of range is
   * refused with an {@link IllegalArgumentException}.
   *
   * <p>A builder can build more than once. It belongs to one thread at a time.
   */
  public static final class Builder {

    private static final Duration MAX_TIME_TO_LIVE = Duration.ofDays(36_500);
    private static final int MIN_VALUE_FILE_BYTES = 64;

    private @Nullable MergeOperator mergeOperator;
    private Duration timeToLive = Duration.ZERO;
    private int minValueFileBytes;

    private Builder() {}

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException when there are a merge operator and a time to live, or the
     *     operator's name is empty or too long
     */
    public TreeOptions build() {
      return new TreeOptions(this);
    }

    /**
     * What {@link Tree#merge} does; must be given each time that the tree is opened. A tree that
     * has none may get one. Default: none.
     */
    public Builder mergeOperator(MergeOperator mergeOperator) {
      KnownOperators.checkName(Objects.requireNonNull(mergeOperator, "mergeOperator"));
      this.mergeOperator = mergeOperator;
      return this;
    }

    /**
     * How long an entry lives after it was written. Range: zero to 36500 days, in whole
     * milliseconds; zero means without end. Default: zero.
     */
    public Builder timeToLive(Duration timeToLive) {
      Duration checked = OptionRange.within("timeToLive", timeToLive, MAX_TIME_TO_LIVE);
      if (checked.toNanosPart() % 1_000_000 != 0) {
        throw new IllegalArgumentException(
            "timeToLive=" + timeToLive + ": must be whole milliseconds");
      }
      this.timeToLive = checked;
      return this;
    }

    /**
     * Length from which on values are written once, see {@link
     * StoreOptions.Builder#minValueFileBytes}. Range: 64 bytes to 2,147,483,647 bytes. Default:
     * that of the store.
     */
    public Builder minValueFileBytes(int minValueFileBytes) {
      this.minValueFileBytes =
          (int)
              OptionRange.within(
                  "minValueFileBytes", minValueFileBytes, MIN_VALUE_FILE_BYTES, Integer.MAX_VALUE);
      return this;
    }
  }
}
