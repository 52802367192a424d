package dev.firn.error;

import java.nio.file.Path;

/** A file has a format version that this release does not read. The file is not damaged. */
public final class FormatVersionException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final int found;
  private final int oldest;
  private final int newest;

  /**
   * @param file the file
   * @param found the file's version
   * @param oldest the oldest version that this release reads
   * @param newest the newest version that this release reads
   */
  public FormatVersionException(Path file, int found, int oldest, int newest) {
    super(
        file
            + ": format version "
            + Integer.toUnsignedString(found)
            + " is "
            + (Integer.compareUnsigned(found, newest) > 0 ? "newer" : "older")
            + " than this release reads (versions "
            + oldest
            + " to "
            + newest
            + "); open it with a release of Firn that does",
        null);
    this.found = found;
    this.oldest = oldest;
    this.newest = newest;
  }

  /** The file's version. */
  public int found() {
    return found;
  }

  /** The oldest version that this release reads. */
  public int oldest() {
    return oldest;
  }

  /** The newest version that this release reads. */
  public int newest() {
    return newest;
  }
}
