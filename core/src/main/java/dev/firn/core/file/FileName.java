package dev.firn.core.file;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The names of a store's files: made of numbers only, never of text from a user or a file.
 *
 * <pre>
 *  LOCK                     locked by the owner; format version
 *  CURRENT                  the number of the live manifest
 *  manifest-00000N          the log of edits that make the version
 *  00000N.journal           a journal segment
 *  00000N.table             a sorted table
 *  *.tmp                    being written; deleted at the next open
 * </pre>
 */
public final class FileName {

  /** The lock file. */
  public static final String LOCK = "LOCK";

  /** The file that names the live manifest. */
  public static final String CURRENT = "CURRENT";

  /**
   * The largest number that a store is opened with. No store reaches it, and the names of much
   * larger numbers are not recognized.
   */
  public static final long MAX_NUMBER = 99_999_999_999_999_999L;

  private static final String MANIFEST = "manifest-";
  private static final String JOURNAL = ".journal";
  private static final String TABLE = ".table";
  private static final String TEMPORARY = ".tmp";

  private FileName() {}

  /** A manifest. */
  public static Path manifest(Path directory, long number) {
    return directory.resolve(MANIFEST + digits(number));
  }

  /** A journal segment. */
  public static Path journal(Path directory, long number) {
    return directory.resolve(digits(number) + JOURNAL);
  }

  /** A sorted table. */
  public static Path table(Path directory, long number) {
    return directory.resolve(digits(number) + TABLE);
  }

  /** The name under which a file is written before it is renamed to its own. */
  public static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + TEMPORARY);
  }

  /** The number of a manifest, if this is a manifest's name. */
  public static OptionalLong manifestNumber(String name) {
    return name.startsWith(MANIFEST)
        ? parse(name.substring(MANIFEST.length()))
        : OptionalLong.empty();
  }

  /** The number of a journal segment, if this is a segment's name. */
  public static OptionalLong journalNumber(String name) {
    return numberBefore(name, JOURNAL);
  }

  /** The number of a table, if this is a table's name. */
  public static OptionalLong tableNumber(String name) {
    return numberBefore(name, TABLE);
  }

  /** Whether this is the name of a file that was being written. */
  public static boolean isTemporary(String name) {
    return name.endsWith(TEMPORARY);
  }

  private static OptionalLong numberBefore(String name, String suffix) {
    return name.endsWith(suffix)
        ? parse(name.substring(0, name.length() - suffix.length()))
        : OptionalLong.empty();
  }

  private static String digits(long number) {
    return String.format(java.util.Locale.ROOT, "%06d", number);
  }

  /** Accepts only what {@link #digits} makes, so that each number has one name. */
  private static OptionalLong parse(String digits) {
    if (digits.isEmpty()
        || digits.length() > 18
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(digits);
    return digits.equals(digits(number)) ? OptionalLong.of(number) : OptionalLong.empty();
  }
}
