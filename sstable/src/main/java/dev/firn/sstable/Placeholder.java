package dev.firn.sstable;

/** Keeps the exported package from being empty; goes with the first real type. */
final class Placeholder {
  private Placeholder() {}
}
