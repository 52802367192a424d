package dev.firn.version;

/** Versions without tables, for tests of views that check pins only. */
public final class EmptyVersion {

  private EmptyVersion() {}

  /** A version, with one reference for the caller; its last release runs at once. */
  public static Version make() {
    return Version.empty(Runnable::run);
  }
}
