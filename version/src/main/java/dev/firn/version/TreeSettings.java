package dev.firn.version;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the manifest says about a tree beyond its name.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * @param kind what its keys are; stays as it was at the tree's creation
 * @param operator the name of its merge operator, or null; may be added later, does not change
 * @param timeToLiveMillis how long its entries live, in milliseconds; 0: without end
 * @param minValueFileBytes length from which on its values are written once; 0: the store's
 */
public record TreeSettings(
    TreeKind kind, @Nullable String operator, long timeToLiveMillis, int minValueFileBytes) {

  /** Those of a tree that was made without any. */
  public static final TreeSettings DEFAULTS = new TreeSettings(TreeKind.PLAIN, null, 0, 0);

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException when a value is out of range, or two exclude one another
   */
  public TreeSettings {
    Objects.requireNonNull(kind, "kind");
    if (operator != null) {
      TreeCatalogue.encodeName(operator);
      check(kind == TreeKind.PLAIN, "a multi tree has no values to merge");
      check(timeToLiveMillis == 0, "a tree with a merge operator has no time to live");
    }
    check(timeToLiveMillis >= 0, "timeToLiveMillis=" + timeToLiveMillis);
    check(minValueFileBytes >= 0, "minValueFileBytes=" + minValueFileBytes);
    check(kind == TreeKind.PLAIN || minValueFileBytes == 0, "a multi tree has no value files");
  }

  private static void check(boolean sound, String problem) {
    if (!sound) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** Those of a multi tree that was made without any other. */
  public static TreeSettings multi() {
    return new TreeSettings(TreeKind.MULTI, null, 0, 0);
  }

  /** Whether these are the {@link #DEFAULTS}. */
  public boolean isDefault() {
    return equals(DEFAULTS);
  }

  /**
   * Throws unless a tree with these settings may have others.
   *
   * @param name the tree's name
   * <p>A tree may get an operator that has none. A repair that has found no manifest has lost which
   * one it had.
   *
   * @throws IllegalArgumentException when the kind differs, or the operator that there is
   */
  public void checkChange(String name, TreeSettings wanted) {
    if (kind != wanted.kind) {
      throw new IllegalArgumentException(
          kind == TreeKind.MULTI
              ? "tree=" + name + ": is a multi tree; a plain one is not made of it"
              : "tree=" + name + ": is a plain tree; a multi tree is not made of it");
    }
    if (operator != null && !operator.equals(wanted.operator)) {
      throw new IllegalArgumentException(
          "tree="
              + name
              + ": has "
              + named(operator)
              + ", but is opened with "
              + named(wanted.operator));
    }
  }

  private static String named(@Nullable String operator) {
    return operator == null ? "no merge operator" : "the merge operator " + operator;
  }
}
