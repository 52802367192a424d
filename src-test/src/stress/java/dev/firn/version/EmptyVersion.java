package dev.firn.version;

/** Versions without tables, for views that are about their own pins alone. */
public final class EmptyVersion {

  private EmptyVersion() {}

  /** A version that the caller holds; what it lets go of is let go of at once. */
  public static Version make() {
    return Version.empty(Runnable::run);
  }
}
